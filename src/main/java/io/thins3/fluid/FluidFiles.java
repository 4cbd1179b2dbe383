package io.thins3.fluid;

import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where Fluid's files are. Immutable.
 *
 * @param configs the configuration: the first that exists counts
 * @param secretsRoot the directory in the place of /etc/fluid/secrets
 */
public record FluidFiles(List<Path> configs, Path secretsRoot) {
  /** Since Fluid 1.0.1, and before. */
  private static final List<Path> CONFIGS =
      List.of(Path.of("/etc/fluid/config/config.json"), Path.of("/etc/fluid/config.json"));

  /** Copies. */
  public FluidFiles {
    configs = List.copyOf(configs);
  }

  /** Fluid's own places unless others are given. */
  public static FluidFiles of(@Nullable Path config, @Nullable Path secretsRoot) {
    return new FluidFiles(
        config == null ? CONFIGS : List.of(config),
        secretsRoot == null ? SecretPaths.FLUID : secretsRoot);
  }

  /** Reads the first configuration that exists. */
  FluidDocument read() throws UserException {
    FluidDocumentReader reader = new FluidDocumentReader();
    for (Path config : configs) {
      FluidDocument document = reader.read(config);
      if (document != null) {
        return document;
      }
    }
    String names = configs.stream().map(Path::toString).collect(Collectors.joining(" nor "));
    throw new UserException(
        ExitCode.CONFIG,
        configs.size() == 1
            ? "the configuration file " + names + " does not exist; see --fluid-config"
            : "there is no configuration, neither "
                + names
                + "; Fluid mounts it into its pods, elsewhere give --fluid-config FILE");
  }
}
