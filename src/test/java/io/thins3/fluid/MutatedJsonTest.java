package io.thins3.fluid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever config.json holds: either a configuration or one line for the user. */
final class MutatedJsonTest {
  private static final int ROUNDS = 3000;

  /** Values that are right in one place and wrong in all others, or wrong everywhere. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "1" + "0".repeat(900),
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\n\"",
          "\"/\"",
          "\"//\"",
          "\"/..\"",
          "\"..\"",
          "\"a b\"",
          "[]",
          "{}",
          "[[[[[[]]]]]]",
          "[null]",
          "{\"\":\"\"}",
          "{\"a\":{\"b\":[]}}",
          "\"ro\"",
          "\"tree\"",
          "\"s3://\"",
          "\"s3://b/../x\"",
          "\"http://\"",
          "\"http://h:99999/b\"",
          "\"pvc://x\"",
          "\"arn:aws:s3:::\"",
          "\"arn:aws:s3:::b/p\"",
          "\"/etc/fluid/secrets/\"",
          "\"/etc/fluid/secrets/a\\u0000\"",
          "\"/etc/fluid/secrets/../x\"",
          "\"/etc/fluid/secrets/minio-secret\"",
          "\"http://u:p@h\"",
          "\"1m30s\"",
          "\"0777\"",
          "\"99999999999999999999\"",
          "\"" + "x".repeat(5000) + "\"");

  private static final List<String> NAMES =
      List.of(
          "mounts",
          "mountPoint",
          "options",
          "encryptOptions",
          "name",
          "path",
          "readOnly",
          "targetPath",
          "runtimeOptions",
          "client",
          "accessModes",
          "endpoint",
          "minio-url",
          "region",
          "bucket",
          "path_style",
          "access",
          "secret-key",
          "session-token",
          "uid",
          "file-mode",
          "metadata-ttl",
          "stat-cache-ttl",
          "http-timeout",
          "layout",
          "o",
          "transport",
          "log-level",
          "log-file",
          "ro",
          "fsname",
          "max_read",
          "x\\n");

  private final ObjectMapper mapper = new ObjectMapper();
  private final List<byte[]> examples = new ArrayList<>();
  private Pod pod;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    pod = new Pod(directory);
    Examples.writeSecrets(pod.secrets());
    for (String name : Examples.ALL) {
      examples.add(Examples.read(name));
    }
  }

  @Test
  void load_mutatedBytes_isAConfigurationOrOneLine() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("mutated bytes: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] json = examples.get(random.nextInt(examples.size()));
      for (int i = random.nextInt(6); i >= 0; i--) {
        json = mutated(json, random);
      }
      check(json, "seed " + seed + " round " + round);
    }
  }

  @Test
  void load_mutatedStructure_isAConfigurationOrOneLine() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("mutated structure: seed " + seed);
    Random random = new Random(seed);
    int configurations = 0;
    for (int round = 0; round < ROUNDS; round++) {
      JsonNode tree = mapper.readTree(examples.get(random.nextInt(examples.size())));
      for (int i = random.nextInt(5); i >= 0; i--) {
        mutate(tree, random);
      }
      if (check(mapper.writeValueAsBytes(tree), "seed " + seed + " round " + round)) {
        configurations++;
      }
    }
    // Else the mutations would be too coarse to reach what comes behind the parser.
    assertThat(configurations).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private boolean check(byte[] json, String round) throws Exception {
    pod.json(json);
    try {
      pod.load();
      return true;
    } catch (UserException e) {
      String message = e.getMessage();
      if (message == null || message.isBlank() || !Shown.escaped(message).equals(message)) {
        fail("%s: not one line: '%s' for %s", round, message, base64(json));
      }
      return false;
    } catch (Throwable e) {
      throw new AssertionError(round + ": " + base64(json), e);
    }
  }

  private static String base64(byte[] json) {
    return Base64.getEncoder().encodeToString(json);
  }

  private static byte[] mutated(byte[] json, Random random) {
    String text = new String(json, StandardCharsets.ISO_8859_1);
    int at = text.isEmpty() ? 0 : random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(20));
    String changed =
        switch (random.nextInt(6)) {
          case 0 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at);
          case 1 -> text.substring(0, at) + text.substring(end);
          case 2 -> text.substring(0, end) + text.substring(at);
          case 3 -> text.substring(0, at);
          case 4 ->
              text.substring(0, at)
                  + VALUES.get(random.nextInt(VALUES.size()))
                  + text.substring(end);
          default ->
              text.substring(0, at)
                  + "{}[]\",:\\\n0".charAt(random.nextInt(10))
                  + text.substring(Math.min(text.length(), at + 1));
        };
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void mutate(JsonNode tree, Random random) throws Exception {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    JsonNode target = containers.get(random.nextInt(containers.size()));
    JsonNode value =
        random.nextInt(4) == 0
            ? containers.get(random.nextInt(containers.size())).deepCopy()
            : mapper.readTree(VALUES.get(random.nextInt(VALUES.size())));
    if (target instanceof ArrayNode array) {
      if (array.isEmpty() || random.nextBoolean()) {
        array.add(value);
      } else if (random.nextBoolean()) {
        array.remove(random.nextInt(array.size()));
      } else {
        array.add(array.get(random.nextInt(array.size())).deepCopy());
      }
    } else if (target instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      if (names.isEmpty() || random.nextInt(3) == 0) {
        object.set(NAMES.get(random.nextInt(NAMES.size())), value);
      } else if (random.nextBoolean()) {
        object.remove(names.get(random.nextInt(names.size())));
      } else {
        object.set(names.get(random.nextInt(names.size())), value);
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }
}
