package dev.meshkit.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedSourceTest {
  @Test
  void eachSeedIsThereOnceAndOurselvesNever() throws InterruptedException {
    var one = Endpoint.parse("h1:7443");
    var two = Endpoint.parse("h2:7443");
    assertEquals(List.of(one), SeedSource.fixed(List.of(one, two, one), two).seeds());
  }
}
