package io.thins3.config;

/** Which variables of the environment are the program's. */
public final class EnvironmentNames {
  /** What the name of each of them begins with. */
  public static final String PREFIX = "THINS3_";

  /** More arguments for the JVM; read by the launcher. */
  public static final String JAVA_OPTIONS = "THINS3_JAVA_OPTS";

  /** The descriptor on which the launcher waits for a mount in the background. */
  public static final String READY_DESCRIPTOR = "THINS3_READY_FD";

  /** What the test scripts listen to. */
  private static final String TESTS = "THINS3_TEST_";

  /** The MinIO binary of the tests. */
  private static final String MINIO = "THINS3_MINIO";

  private EnvironmentNames() {}

  static boolean isReserved(String name) {
    return name.equals(JAVA_OPTIONS)
        || name.equals(READY_DESCRIPTOR)
        || name.equals(MINIO)
        || name.startsWith(TESTS);
  }
}
