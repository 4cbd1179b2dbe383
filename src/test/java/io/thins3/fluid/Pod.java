package io.thins3.fluid;

import io.thins3.config.ExitCode;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionSource;
import io.thins3.config.OptionValue;
import io.thins3.config.Owner;
import io.thins3.config.ServiceConfig;
import io.thins3.config.UserException;
import io.thins3.config.Warnings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Fluid hands to a container, in a directory of the test. */
final class Pod {
  static final Owner OWNER = new Owner(11, 12);

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, OptionValue> arguments = new TreeMap<>();
  private final Warnings warnings = new Warnings();

  Pod(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(secrets());
  }

  Path config() {
    return root.resolve("config.json");
  }

  Path secrets() {
    return root.resolve("secrets");
  }

  Pod example(String name) throws IOException {
    Files.write(config(), Examples.read(name));
    Examples.writeSecrets(secrets());
    return this;
  }

  Pod json(String json) throws IOException {
    return json(json.getBytes(StandardCharsets.UTF_8));
  }

  Pod json(byte[] json) throws IOException {
    Files.write(config(), json);
    return this;
  }

  Pod variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Pod argument(String name, String value) {
    arguments.put(name, new OptionValue.Literal(value));
    return this;
  }

  ServiceConfig load() throws UserException {
    List<OptionLayer> container =
        List.of(
            new OptionLayer(
                OptionSource.FLUID_COMMAND, ExitCode.USAGE, key -> "--" + key, arguments),
            OptionLayer.ofEnvironment(environment));
    return new FluidConfiguration(
            new FluidFiles(List.of(config()), secrets()), environment, container, OWNER, warnings)
        .load();
  }

  List<String> warnings() {
    return warnings.lines();
  }
}
