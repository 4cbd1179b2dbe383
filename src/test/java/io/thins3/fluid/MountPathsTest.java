package io.thins3.fluid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.BucketMount;
import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MountPathsTest {
  private static final String A = "{\"mountPoint\":\"s3://a\"%s}";

  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | /",
        ",\"name\":\"n\" | /",
        ",\"name\":\"n\",\"path\":\"/\" | /",
        ",\"name\":\"n\",\"path\":\"\" | /",
        ",\"name\":\"n\",\"path\":\"/p\" | /p",
        ",\"name\":\"n\",\"path\":\"p//q/\" | /p/q"
      })
  void auto_singleMount_isTheRootUnlessItHasAPath(String fields, String path) throws Exception {
    assertThat(paths(A.formatted(fields))).containsExactly(path);
  }

  @Test
  void auto_severalMounts_areATree() throws Exception {
    assertThat(
            paths(
                A.formatted(",\"name\":\"n\",\"path\":\"/\""),
                A.formatted(",\"path\":\"/x/y\""),
                A.formatted("")))
        .containsExactly("/n", "/x/y", "/a");
  }

  @Test
  void tree_singleMount_liesAtItsNameOrBucket() throws Exception {
    pod.variable("MOUNT_OPTIONS", "layout=tree");
    assertThat(paths(A.formatted(",\"name\":\"n\""))).containsExactly("/n");
    assertThat(paths(A.formatted(""))).containsExactly("/a");
    assertThat(paths("{\"mountPoint\":\"arn:aws:s3:eu-west-1:123456789012:accesspoint/point\"}"))
        .containsExactly("/point");
  }

  @Test
  void root_singleMount_ignoresItsPath() throws Exception {
    pod.variable("MOUNT_OPTIONS", "layout=root");
    assertThat(paths(A.formatted(",\"path\":\"/p\""))).containsExactly("/");
    assertThat(paths()).isEmpty();
  }

  @Test
  void root_severalMounts_isRefused() {
    pod.variable("MOUNT_OPTIONS", "layout=root");
    assertThatThrownBy(() -> paths(A.formatted(",\"name\":\"n\""), A.formatted("")))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG))
        .hasMessage(
            pod.config()
                + ": layout=root is for a single mount, but there are 2; write layout=tree");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/p", "p/", "/p/q", "/"})
  void tree_overlappingPaths_areRefused(String other) {
    assertThatThrownBy(
            () ->
                paths(
                    A.formatted(",\"path\":\"/p\""),
                    A.formatted(",\"name\":\"p\",\"path\":\"" + other + "\"")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give each mount a path of its own");
  }

  @Test
  void tree_similarPaths_areNoOverlap() throws Exception {
    assertThat(paths(A.formatted(",\"path\":\"/p\""), A.formatted(",\"path\":\"/pq\"")))
        .containsExactly("/p", "/pq");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../etc", "/a/./b", "..", "/a\\u0000b", "/\\ud800"})
  void tree_pathThatIsNone_isRefused(String path) {
    assertThatThrownBy(() -> paths(A.formatted(",\"path\":\"" + path + "\"")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(pod.config() + ": mounts[0].path: ")
        .hasMessageContaining("cannot be a path in the mount");
  }

  @Test
  void tree_nameThatIsNoPath_isRefused() {
    assertThatThrownBy(() -> paths(A.formatted(",\"name\":\"..\""), A.formatted("")))
        .hasMessageStartingWith(pod.config() + ": mounts[0].name: '..' cannot be a path");
    assertThatThrownBy(
            () -> paths(A.formatted(",\"path\":\"/" + "é".repeat(128) + "\""), A.formatted("")))
        .hasMessageContaining("255 bytes");
  }

  private List<String> paths(String... mounts) throws Exception {
    pod.json("{\"mounts\":[" + String.join(",", mounts) + "],\"targetPath\":\"/m\"}");
    return pod.load().buckets().stream().map(BucketMount::path).toList();
  }
}
