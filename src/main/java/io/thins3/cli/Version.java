package io.thins3.cli;

/** What {@code --version} says. */
final class Version {
  private Version() {}

  static String text() {
    // The jar's manifest has it; classes that run from a directory have none.
    String version = Version.class.getPackage().getImplementationVersion();
    return "thins3 %s (Java %s, %s %s %s)"
        .formatted(
            version == null ? "development" : version,
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }
}
