package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretFileTest {
  private Path directory;

  @BeforeEach
  void setUp(@TempDir Path temporary) {
    directory = temporary;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n", "\n\n\r\n"})
  void read_lineEndsBehindTheValue_areCutOff(String end) throws Exception {
    Path file = Files.writeString(directory.resolve("key"), " /a+b/Secret== " + end);
    assertThat(SecretFile.read("option x", file)).isEqualTo(Secret.of(" /a+b/Secret== "));
  }

  @Test
  void read_link_isFollowed() throws Exception {
    Path data = Files.createDirectory(directory.resolve("..2026"));
    Files.writeString(data.resolve("key"), "v");
    Files.createSymbolicLink(directory.resolve("..data"), data.getFileName());
    Path link = Files.createSymbolicLink(directory.resolve("key"), Path.of("..data/key"));
    assertThat(SecretFile.read("x", link).reveal()).isEqualTo("v");
  }

  @Test
  void read_missingFile_namesOptionAndFile() {
    Path file = directory.resolve("no\nsuch");
    assertRefused(
        file,
        "mounts[0].options.k: the file "
            + directory
            + "/no\\nsuch does not exist; does the Secret have this key?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n\r\n"})
  void read_emptyFile_saysSo(String content) throws Exception {
    Path file = Files.writeString(directory.resolve("key"), content);
    assertRefused(file, "mounts[0].options.k: the file " + file + " is empty");
  }

  @Test
  void read_directory_saysSo() {
    assertRefused(
        directory,
        "mounts[0].options.k: the file " + directory + " is a directory; name a file in it");
  }

  @Test
  void read_hugeOrBinaryFile_isRefused() throws Exception {
    Path huge = Files.write(directory.resolve("huge"), new byte[100_000]);
    assertThatThrownBy(() -> SecretFile.read("k", huge)).hasMessageContaining("larger than 65536");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 1});
    assertThatThrownBy(() -> SecretFile.read("k", binary)).hasMessageContaining("not UTF-8");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> SecretFile.read("mounts[0].options.k", file))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CREDENTIALS))
        .hasMessage(message);
  }
}
