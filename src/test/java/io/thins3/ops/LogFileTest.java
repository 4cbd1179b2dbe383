package io.thins3.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {
  private Path directory;

  @BeforeEach
  void setUp(@TempDir Path temporary) {
    directory = temporary;
  }

  @Test
  void write_beyondTheSize_movesOldLinesOn() throws Exception {
    Path file = directory.resolve("x.log");
    Files.writeString(file, "0000\n");
    try (LogFile log = new LogFile(file, 10, 2)) {
      for (String line : new String[] {"1111\n", "2222\n", "3333\n", "4444\n", "5555\n", "6\n"}) {
        write(log, line);
      }
    }
    assertThat(file).hasContent("6");
    assertThat(directory.resolve("x.log.1")).hasContent("4444\n5555");
    assertThat(directory.resolve("x.log.2")).hasContent("2222\n3333");
    assertThat(directory.resolve("x.log.3")).doesNotExist();
  }

  @Test
  void write_lineLargerThanTheSize_isWritten() throws Exception {
    Path file = directory.resolve("x.log");
    try (LogFile log = new LogFile(file, 3, 2)) {
      write(log, "long\n");
      write(log, "longer\n");
    }
    assertThat(file).hasContent("longer");
    assertThat(directory.resolve("x.log.1")).hasContent("long");
  }

  @Test
  void write_afterAFailure_goesOnWhenItCan() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    Path file = state.resolve("x.log");
    try (LogFile log = new LogFile(file, 3, 2)) {
      write(log, "a\n");
      Files.delete(file);
      Files.delete(state);
      write(log, "lost\n"); // too large for the file: it opens the next one, which it cannot
      Files.createDirectory(state);
      write(log, "b\n");
    }
    assertThat(file).hasContent("b");
  }

  @Test
  void write_toADevice_neverRenamesIt() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("x.log"), Path.of("/dev/null"));
    try {
      writeMoreThanOneFile(link);
      assertThat(Files.isSymbolicLink(link)).isTrue();
      assertThat(directory.resolve("x.log.1")).doesNotExist();
    } finally {
      Files.delete(link);
    }
  }

  private static void writeMoreThanOneFile(Path link) throws Exception {
    try (LogFile log = new LogFile(link, 3, 2)) {
      write(log, "aaaa\n");
      write(log, "bbbb\n");
    }
  }

  private static void write(OutputStream out, String line) throws Exception {
    out.write(line.getBytes(StandardCharsets.UTF_8));
  }
}
