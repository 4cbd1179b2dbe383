package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OptionValuesTest {
  private Path directory;
  private final Warnings warnings = new Warnings();

  @BeforeEach
  void setUp(@TempDir Path temporary) {
    directory = temporary;
  }

  @Test
  void find_severalLayers_theHighestDecides() throws Exception {
    OptionValues values =
        values(map("high", Map.of("region", "a")), map("low", Map.of("region", "b", "uid", "7")));
    assertThat(values.find(Options.REGION)).isEqualTo("a");
    assertThat(values.find(Options.UID)).isEqualTo(7);
    assertThat(values.find(Options.GID)).isNull();
    assertThat(values.get(Options.HTTP_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void find_aliasInAHigherLayer_beatsTheNameInALowerOne() throws Exception {
    OptionValues values =
        values(
            map("high", Map.of("alluxio.underfs.s3.endpoint", "http://a")),
            map("low", Map.of("endpoint", "http://b")));
    assertThat(values.find(Options.ENDPOINT)).isEqualTo(URI.create("http://a"));
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void find_twoAliasesInOneMap_firstInDocumentedOrderWinsWithAWarning() throws Exception {
    OptionValues values =
        values(map("m", Map.of("endpoint_url", "http://b", "minio-url", "http://a")));
    assertThat(values.find(Options.ENDPOINT)).isEqualTo(URI.create("http://a"));
    assertThat(values.find(Options.ENDPOINT)).isEqualTo(URI.create("http://a"));
    assertThat(warnings.lines())
        .containsExactly("m.endpoint_url is ignored: m.minio-url gives endpoint already");
  }

  @Test
  void find_dashAndUnderscore_areTheSame() throws Exception {
    OptionValues values = values(map("m", Map.of("region-name", "r", "debug-fuse", "")));
    assertThat(values.find(Options.REGION)).isEqualTo("r");
    assertThat(values.get(Options.DEBUG_FUSE)).isTrue();
  }

  @Test
  void find_goofysTtls_theSmallestCounts() throws Exception {
    OptionValues values =
        values(
            map("m", Map.of("stat-cache-ttl", "30s", "type-cache-ttl", "10s")),
            map("low", Map.of("metadata-ttl", "1s")));
    assertThat(values.get(Options.METADATA_TTL)).isEqualTo(Duration.ofSeconds(10));
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void find_oppositeAlias_isNegated() throws Exception {
    assertThat(values(map("m", Map.of("path_style", "true"))).find(Options.SUBDOMAIN)).isFalse();
    assertThat(values(map("m", Map.of("path-style", "0"))).find(Options.SUBDOMAIN)).isTrue();
    assertThat(values(map("m", Map.of("path-style", ""))).find(Options.SUBDOMAIN)).isFalse();
  }

  @Test
  void find_emptyValueInAMap_countsAsAbsent() throws Exception {
    OptionValues values =
        values(map("m", Map.of("region", "", "cheap", "")), map("low", Map.of("region", "b")));
    assertThat(values.find(Options.REGION)).isEqualTo("b");
    assertThat(values.get(Options.CHEAP)).isTrue();
  }

  @Test
  void find_badValue_namesPlaceAndValue() {
    assertThatThrownBy(() -> values(map("mounts[0].options", Map.of("uid", "x"))).find(Options.UID))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG))
        .hasMessage("mounts[0].options.uid: 'x' is not an id; write a number from 0 to 4294967294");
  }

  @Test
  void find_fileWithABadValue_doesNotShowItsContent() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "hunter2\n");
    OptionValues values = values(layer("m", Map.of("endpoint", new OptionValue.FileContent(file))));
    assertThatThrownBy(() -> values.find(Options.ENDPOINT))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "m.endpoint: what the file " + file + " holds is not a valid value of endpoint");
  }

  @Test
  void find_file_isReadWithoutItsLineEnd() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "http://minio:9000\r\n\n");
    OptionValues values = values(layer("m", Map.of("endpoint", new OptionValue.FileContent(file))));
    assertThat(values.find(Options.ENDPOINT)).isEqualTo(URI.create("http://minio:9000"));
  }

  @Test
  void environment_variables_areOptions() throws Exception {
    OptionLayer layer =
        OptionLayer.ofEnvironment(
            Map.of(
                "THINS3_STAT_CACHE_TTL", "5s",
                "THINS3_DEBUG_FUSE", "true",
                "THINS3_REGION", "",
                "THINS3_READY_FD", "3",
                "THINS3_JAVA_OPTS", "-Xmx1g",
                "THINS3_TEST_S3", "minio",
                "THINS3_ACCESS_KEY", "hunter2",
                "THINS3_PORT", "tcp://10.0.0.1:80",
                "UID", "7"));
    OptionValues values = values(layer);
    assertThat(values.get(Options.METADATA_TTL)).isEqualTo(Duration.ofSeconds(5));
    assertThat(values.get(Options.DEBUG_FUSE)).isTrue();
    assertThat(values.find(Options.REGION)).isNull();
    assertThat(values.find(Options.UID)).isNull();
    assertThat(values.find(Options.ACCESS_KEY)).isNull();
    assertThat(layer.unknownKeys().stream().map(layer::label))
        .containsExactly("THINS3_ACCESS_KEY", "THINS3_PORT");
  }

  @Test
  void environment_badValue_namesTheVariable() {
    OptionLayer layer = OptionLayer.ofEnvironment(Map.of("THINS3_HTTP_TIMEOUT", "soon"));
    assertThatThrownBy(() -> values(layer).get(Options.HTTP_TIMEOUT))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("THINS3_HTTP_TIMEOUT: 'soon' is not a duration");
  }

  @Test
  void toString_ofAnything_hidesValues() {
    assertThat(new OptionValue.Literal("hunter2").toString()).doesNotContain("hunter2");
    assertThat(Map.of("k", new OptionValue.Literal("hunter2")).toString())
        .doesNotContain("hunter2");
  }

  private OptionValues values(OptionLayer... layers) {
    return new OptionValues(List.of(layers), warnings);
  }

  static OptionLayer map(String place, Map<String, String> options) {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    options.forEach((key, text) -> values.put(key, new OptionValue.Literal(text)));
    return layer(place, values);
  }

  private static OptionLayer layer(String place, Map<String, OptionValue> values) {
    return new OptionLayer(
        OptionSource.OPTION_MAP, ExitCode.CONFIG, key -> place + "." + key, values);
  }
}
