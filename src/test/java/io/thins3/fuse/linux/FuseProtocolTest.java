package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the offsets and numbers with linux/fuse.h, as a C compiler understands it. */
class FuseProtocolTest {
  private static final Path HEADER = Path.of("/usr/include/linux/fuse.h");

  /** Later than version 7.38, the one of the header that Debian 12 has. */
  private static final Set<String> MAY_BE_MISSING = Set.of("FUSE_DIRECT_IO_ALLOW_MMAP");

  @Test
  void everyOffsetAndConstant_comparedWithTheHeader_isTheSame(@TempDir Path dir) throws Exception {
    assumeTrue(Files.exists(HEADER), "not checked: no " + HEADER + " (package linux-libc-dev)");
    assumeTrue(Files.exists(Path.of("/usr/bin/cc")), "not checked: no /usr/bin/cc (package gcc)");

    Map<String, Long> ours = new LinkedHashMap<>();
    constants(ours);
    structures(ours);
    opcodes(ours);

    Map<String, Long> header = evaluate(dir, List.copyOf(ours.keySet()));

    ours.keySet().removeIf(name -> MAY_BE_MISSING.contains(name) && !header.containsKey(name));
    assertThat(header).isEqualTo(ours).hasSizeGreaterThan(200);
  }

  @Test
  void structures_withoutACompiler_haveTheSizesOfTheHeader() {
    // sizeof on x86-64 and arm64, linux-libc-dev 6.1.
    assertThat(FuseProtocol.fuse_in_header.SIZE).isEqualTo(40);
    assertThat(FuseProtocol.fuse_out_header.SIZE).isEqualTo(16);
    assertThat(FuseProtocol.fuse_entry_out.SIZE).isEqualTo(128);
    assertThat(FuseProtocol.fuse_attr_out.SIZE).isEqualTo(104);
    assertThat(FuseProtocol.fuse_init_out.SIZE).isEqualTo(64);
    assertThat(FuseProtocol.fuse_write_in.SIZE).isEqualTo(40);
    assertThat(FuseProtocol.fuse_direntplus.SIZE).isEqualTo(152);
  }

  @Test
  void align_ofAnyLength_isTheNextMultipleOfEight() {
    assertThat(FuseProtocol.align(0)).isEqualTo(0);
    assertThat(FuseProtocol.align(1)).isEqualTo(8);
    assertThat(FuseProtocol.align(8)).isEqualTo(8);
    assertThat(FuseProtocol.align(25)).isEqualTo(32);
  }

  private static void constants(Map<String, Long> into) throws IllegalAccessException {
    for (Field field : FuseProtocol.class.getDeclaredFields()) {
      if (isConstant(field)) {
        into.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
  }

  private static void structures(Map<String, Long> into) throws IllegalAccessException {
    for (Class<?> structure : FuseProtocol.class.getDeclaredClasses()) {
      String name = structure.getSimpleName();
      for (Field field : structure.getDeclaredFields()) {
        if (isConstant(field)) {
          String expression =
              field.getName().equals("SIZE")
                  ? "sizeof(struct " + name + ")"
                  : "offsetof(struct " + name + ", " + field.getName() + ")";
          into.put(expression, ((Number) field.get(null)).longValue());
        }
      }
    }
  }

  private static void opcodes(Map<String, Long> into) {
    for (Opcode opcode : Opcode.values()) {
      into.put("FUSE_" + opcode, (long) opcode.number());
    }
  }

  /** Coverage tools add fields of their own, which begin with a dollar sign. */
  private static boolean isConstant(Field field) {
    return Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("$");
  }

  private static Map<String, Long> evaluate(Path dir, List<String> expressions) throws Exception {
    StringBuilder program =
        new StringBuilder("#include <stdio.h>\n#include <stddef.h>\n#include <linux/fuse.h>\n");
    program.append("int main(void) {\n");
    for (String expression : expressions) {
      boolean optional = MAY_BE_MISSING.contains(expression);
      program.append(optional ? "#ifdef " + expression + "\n" : "");
      // Through int64_t: (1 << 31) in C is negative, and so it is in Java's int.
      program.append("printf(\"%lld %s\\n\", (long long) (" + expression + "), \"");
      program.append(expression).append("\");\n");
      program.append(optional ? "#endif\n" : "");
    }
    program.append("return 0; }\n");
    Path source = Files.writeString(dir.resolve("offsets.c"), program);
    Path binary = dir.resolve("offsets");
    run("/usr/bin/cc", "-o", binary.toString(), source.toString());
    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : run(binary.toString())) {
      int space = line.indexOf(' ');
      values.put(line.substring(space + 1), Long.parseLong(line.substring(0, space)));
    }
    return values;
  }

  private static List<String> run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return new ArrayList<>(output.lines().toList());
  }
}
