/** MeshKit: hosts find each other, agree who leads, and hand each other work that is never lost. */
module dev.meshkit {
  requires java.logging;
  requires java.management;
  requires java.sql;
  requires jdk.httpserver;
  requires jdk.jfr;
  requires jdk.management;
  requires jdk.unsupported;
  requires static transitive org.jspecify;
  requires com.google.common;
  requires com.google.protobuf;
  requires transitive io.grpc;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.classes.quic;
  requires io.netty.codec.http;
  requires io.netty.codec.http3;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;

  // A node and its CLI need these; dev.meshkit.grpc alone, docs/grpc-http3.md, runs without.
  requires static com.google.protobuf.util;
  requires static info.picocli;
  requires static io.grpc.netty;
  requires static io.netty.codec.http2;
  requires static micrometer.core;
  requires static micrometer.registry.prometheus;
  requires static org.bouncycastle.pkix;
  requires static org.bouncycastle.provider;
  requires static org.tomlj;
  requires static org.xerial.sqlitejdbc;

  // picocli sets the fields of the verbs.
  opens dev.meshkit.cli to
      info.picocli;

  exports dev.meshkit;
  exports dev.meshkit.api;
  exports dev.meshkit.config;
  exports dev.meshkit.gate;
  exports dev.meshkit.grpc;
  exports dev.meshkit.pipeline;
  exports dev.meshkit.queue;
}
