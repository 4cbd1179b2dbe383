package io.thins3.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command {@code thins3 mount -f} for a bucket of a test server, with the server's credentials
 * in the environment.
 *
 * @param endpoint where the mount looks for the store
 * @param mountPoint a directory, which must be there
 * @param environment variables on top of the test's own
 */
public record MountCommand(
    URI endpoint, String bucket, Path mountPoint, Map<String, String> environment) {
  /** Mounts a bucket as the server has it. */
  public static MountCommand of(S3Server server, String bucket, Path mountPoint) {
    return new MountCommand(server.endpoint(), bucket, mountPoint, server.keys());
  }

  /** The same with another endpoint, as of a proxy in front of the server. */
  public MountCommand through(URI proxy) {
    return new MountCommand(proxy, bucket, mountPoint, environment);
  }

  /** The same with one more variable. */
  public MountCommand with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new MountCommand(endpoint, bucket, mountPoint, Map.copyOf(more));
  }

  /** Starts it with these options, and waits until the mount is there. */
  public Thins3Process mount(String... options) throws Exception {
    return start(options).awaitMounted();
  }

  /** Starts it with these options. */
  public Thins3Process start(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("mount", "-f"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--endpoint", endpoint.toString(), bucket, mountPoint.toString()));
    return Thins3Process.start(mountPoint, environment, arguments.toArray(String[]::new));
  }
}
