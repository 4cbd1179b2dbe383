package io.thins3.bench.client;

import java.util.List;
import java.util.Map;

/**
 * A client as it is always run. In arguments and values {@code {endpoint}}, {@code {region}},
 * {@code {bucket}}, {@code {dir}} and {@code {cache}} stand for what a mount gives them.
 *
 * @param name of the client and of its program
 * @param versionArguments make the program print its version
 * @param mountArguments make the program mount and stay in the foreground
 * @param environment variables, without credentials
 * @param install one line: how a user gets it
 */
public record ClientSpec(
    String name,
    List<String> versionArguments,
    List<String> mountArguments,
    Map<String, String> environment,
    String install) {

  public ClientSpec {
    versionArguments = List.copyOf(versionArguments);
    mountArguments = List.copyOf(mountArguments);
    environment = Map.copyOf(environment);
  }

  /** The command line with its placeholders, as it is printed and recorded. */
  public String commandLine() {
    return name + " " + String.join(" ", mountArguments);
  }

  /** The same client with other mount arguments. */
  ClientSpec withMountArguments(List<String> arguments) {
    return new ClientSpec(name, versionArguments, arguments, environment, install);
  }
}
