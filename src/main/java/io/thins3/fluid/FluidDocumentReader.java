package io.thins3.fluid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads config.json. The whole file is JSON, on as many lines as it likes. No error shows a part of
 * the file: Jackson's own messages quote what they stumble over, which may be a secret.
 */
final class FluidDocumentReader {
  /** A ConfigMap has at most 1 MiB. */
  private static final int LARGEST = 4 << 20;

  /** The contract's deepest field is at four. */
  private static final int DEEPEST = 100;

  private final JsonMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  FluidDocumentReader() {}

  /** Reads a file; null: it does not exist. */
  @Nullable FluidDocument read(Path path) throws UserException {
    String file = Shown.plain(path.toString());
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      String why =
          Files.isDirectory(path)
              ? "is a directory; name the file"
              : e instanceof AccessDeniedException
                  ? "cannot be read: permission denied"
                  : "cannot be read (" + e.getClass().getSimpleName() + ")";
      throw new UserException(ExitCode.CONFIG, file + " " + why, e);
    }
    if (bytes.length > LARGEST) {
      throw new UserException(
          ExitCode.CONFIG, file + " is larger than 4 MiB: not a configuration of Fluid");
    }
    return parse(file, bytes);
  }

  /** Understands the content of a file. */
  FluidDocument parse(String file, byte[] json) throws UserException {
    JsonNode tree;
    try {
      tree = mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw notJson(file, e);
    } catch (IOException e) {
      throw new UserException(ExitCode.CONFIG, file + " is not valid text", null);
    }
    if (tree == null || tree.isMissingNode()) {
      throw new UserException(
          ExitCode.CONFIG, file + " is empty; it must hold Fluid's configuration, a JSON object");
    }
    JsonFields fields = new JsonFields(file, "", tree);
    List<FluidDocument.Mount> mounts = new ArrayList<>();
    for (JsonFields mount : fields.objects("mounts")) {
      mounts.add(mount(file, mount));
    }
    JsonFields client = fields.object("client");
    return new FluidDocument(
        file,
        List.copyOf(mounts),
        fields.text("targetPath"),
        fields.options("runtimeOptions"),
        client == null ? Map.of() : client.options("options"),
        fields.texts("accessModes"));
  }

  private static FluidDocument.Mount mount(String file, JsonFields mount) throws UserException {
    String mountPoint = mount.text("mountPoint");
    if (mountPoint == null) {
      throw new UserException(
          ExitCode.CONFIG,
          file + ": " + mount.at("mountPoint") + " is missing; it names the bucket, s3://BUCKET");
    }
    String place = mount.at("mountPoint");
    return new FluidDocument.Mount(
        place.substring(0, place.lastIndexOf('.')),
        mountPoint,
        mount.options("options"),
        mount.options("encryptOptions"),
        mount.text("name"),
        mount.text("path"),
        mount.flag("readOnly"));
  }

  private static UserException notJson(String file, JsonProcessingException e) {
    // The cause is left out on purpose: its message may quote a secret.
    String where =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    String original = e.getOriginalMessage();
    String why =
        original != null && original.startsWith("Duplicate field")
            ? " has a field twice"
            : original != null && original.contains("nesting depth")
                ? " is nested too deeply"
                : " is not valid JSON";
    return new UserException(ExitCode.CONFIG, file + why + where + "; correct the file", null);
  }
}
