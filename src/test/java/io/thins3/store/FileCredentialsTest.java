package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.config.Credentials;
import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class FileCredentialsTest {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Path directory;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 100);

  FileCredentialsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private FileCredentials open(Path accessKey, Path secretKey) throws UserException {
    return new FileCredentials(
        new Credentials.Files(accessKey, secretKey, null), EVERY, nanos::get);
  }

  private UserException refusal(Path accessKey, Path secretKey) {
    UserException refusal =
        catchThrowableOfType(UserException.class, () -> open(accessKey, secretKey));
    assertThat(refusal).isNotNull();
    assertThat(refusal.exitCode()).isEqualTo(ExitCode.CREDENTIALS);
    assertThat(refusal.getMessage()).doesNotContain("\n").doesNotContain("hidden-secret");
    return refusal;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n", "\n\n"})
  void read_lineEnds_areStripped(String end) throws Exception {
    FileCredentials credentials = open(file("id", "the-id" + end), file("key", "/se+cret=" + end));

    assertThat(credentials.resolveCredentials())
        .isEqualTo(AwsBasicCredentials.create("the-id", "/se+cret="));
  }

  @Test
  void read_sessionToken_isPartOfThem() throws Exception {
    FileCredentials credentials =
        new FileCredentials(
            new Credentials.Files(file("id", "i"), file("key", "k"), file("token", "t\n")),
            EVERY,
            nanos::get);

    assertThat(credentials.resolveCredentials())
        .isEqualTo(AwsSessionCredentials.create("i", "k", "t"));
  }

  @Test
  void open_missingFile_saysWhichAndWhatToDo() throws Exception {
    UserException refusal = refusal(file("id", "i"), directory.resolve("nothing"));

    assertThat(refusal)
        .hasMessageContaining("secret key file " + directory.resolve("nothing"))
        .hasMessageContaining("does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "  \n"})
  void open_emptyFile_saysSo(String content) throws Exception {
    UserException refusal = refusal(file("id", content), file("key", "hidden-secret"));

    assertThat(refusal).hasMessageContaining("access key file").hasMessageContaining("is empty");
  }

  @Test
  void open_severalLines_areRefusedWithoutShowingThem() throws Exception {
    UserException refusal = refusal(file("id", "i"), file("key", "hidden-secret\nanother"));

    assertThat(refusal).hasMessageContaining("more than one line");
  }

  @Test
  void open_hugeFile_isNotRead() throws Exception {
    Path huge = directory.resolve("huge");
    Files.write(huge, "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));

    assertThat(refusal(huge, file("key", "k"))).hasMessageContaining("larger than any");
  }

  @Test
  void open_directory_isRefused() throws Exception {
    assertThat(refusal(directory, file("key", "k"))).hasMessageContaining("cannot be read");
  }

  @Test
  void resolve_changedFiles_areSeenAfterTheInterval() throws Exception {
    FileCredentials credentials = open(file("id", "old"), file("key", "k"));
    file("id", "new");

    assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("old");
    nanos.addAndGet(EVERY.toNanos());
    assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("new");
  }

  @Test
  void resolve_swappedDirectoryLink_isFollowed() throws Exception {
    for (String version : new String[] {"one", "two"}) {
      Path data = Files.createDirectory(directory.resolve(version));
      Files.writeString(data.resolve("id"), version + "-id");
      Files.writeString(data.resolve("key"), version + "-key");
    }
    Path link = Files.createSymbolicLink(directory.resolve("..data"), Path.of("one"));
    FileCredentials credentials = open(link.resolve("id"), link.resolve("key"));

    Path next = Files.createSymbolicLink(directory.resolve("..tmp"), Path.of("two"));
    Files.move(next, link, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    nanos.addAndGet(EVERY.toNanos());

    assertThat(credentials.resolveCredentials())
        .isEqualTo(AwsBasicCredentials.create("two-id", "two-key"));
  }

  @Test
  void resolve_unreadableMeanwhile_keepsTheLastGood() throws Exception {
    FileCredentials credentials = open(file("id", "old"), file("key", "k"));
    AwsCredentials before = credentials.current();
    Files.delete(directory.resolve("id"));
    nanos.addAndGet(EVERY.toNanos());

    assertThat(credentials.resolveCredentials()).isEqualTo(before);
    assertThat(credentials.renewedSince(before)).isFalse();

    file("id", "new");
    assertThat(credentials.renewedSince(before)).isTrue();
    assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("new");
  }

  @Test
  void renewedSince_refusal_readsAtOnce() throws Exception {
    FileCredentials credentials = open(file("id", "old"), file("key", "k"));
    Object used = credentials.current();

    assertThat(credentials.renewedSince(used)).isFalse();
    file("key", "other");
    assertThat(credentials.renewedSince(used)).isTrue();
    // A second thread that was refused with the old ones is told to try again, too.
    assertThat(credentials.renewedSince(used)).isTrue();
  }
}
