package dev.meshkit.shape;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one class file says of itself.
 *
 * @param name with dots; nested classes with {@code $}
 * @param uses the classes it refers to, itself excepted
 * @param calls {@code class.method} of each method it may call, with dots
 * @param shows the classes in signatures that others can see, if it is public
 * @param isPublic whether it is public, seen for itself
 * @param preview whether it needs {@code --enable-preview}
 */
public record Compiled(
    String name,
    Set<String> uses,
    Set<String> calls,
    Set<String> shows,
    boolean isPublic,
    boolean preview) {
  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w/$]+)[;<]");
  private static final int PREVIEW_MINOR = 65_535;

  /** All classes below a directory. */
  public static List<Compiled> below(Path directory) throws IOException {
    var all = new ArrayList<Compiled>();
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        if (!file.endsWith("module-info.class")) all.add(of(ClassFile.of().parse(file)));
      }
    }
    return all;
  }

  /** Its package. */
  public String inPackage() {
    return packageOf(name);
  }

  /** The package of a class name. */
  public static String packageOf(String className) {
    var dot = className.lastIndexOf('.');
    return dot < 0 ? "" : className.substring(0, dot);
  }

  private static Compiled of(ClassModel model) {
    var name = dotted(model.thisClass().asInternalName());
    var uses = new TreeSet<String>();
    var calls = new TreeSet<String>();
    for (var entry : model.constantPool()) read(entry, uses, calls);
    for (var method : model.methods()) descriptor(method.methodType().stringValue(), uses);
    for (var field : model.fields()) descriptor(field.fieldType().stringValue(), uses);
    uses.remove(name);
    return new Compiled(
        name,
        uses,
        calls,
        shows(model),
        model.flags().has(AccessFlag.PUBLIC),
        model.minorVersion() == PREVIEW_MINOR);
  }

  private static void read(PoolEntry entry, Set<String> uses, Set<String> calls) {
    switch (entry) {
      case ClassEntry type when type.asInternalName().startsWith("[") ->
          descriptor(type.asInternalName(), uses);
      case ClassEntry type -> uses.add(dotted(type.asInternalName()));
      case NameAndTypeEntry member -> descriptor(member.type().stringValue(), uses);
      case MethodTypeEntry type -> descriptor(type.descriptor().stringValue(), uses);
      case MemberRefEntry member ->
          calls.add(dotted(member.owner().asInternalName()) + "." + member.name().stringValue());
      default -> {
        // numbers, texts and handles name no class
      }
    }
  }

  private static Set<String> shows(ClassModel model) {
    var shown = new TreeSet<String>();
    if (!model.flags().has(AccessFlag.PUBLIC)) return shown;
    model.superclass().ifPresent(type -> shown.add(dotted(type.asInternalName())));
    model.interfaces().forEach(type -> shown.add(dotted(type.asInternalName())));
    for (var method : model.methods()) {
      if (!method.flags().has(AccessFlag.PUBLIC) && !method.flags().has(AccessFlag.PROTECTED))
        continue;
      descriptor(method.methodType().stringValue(), shown);
      method
          .findAttribute(Attributes.signature())
          .ifPresent(generic -> descriptor(generic.signature().stringValue(), shown));
    }
    for (var field : model.fields()) {
      if (field.flags().has(AccessFlag.PUBLIC) || field.flags().has(AccessFlag.PROTECTED))
        descriptor(field.fieldType().stringValue(), shown);
    }
    return shown;
  }

  private static void descriptor(String text, Set<String> into) {
    IN_DESCRIPTOR.matcher(text).results().forEach(found -> into.add(dotted(found.group(1))));
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
