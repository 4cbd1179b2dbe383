package io.thins3.bench.process;

/** What all that a run makes is named by, on this machine and in the store. */
public final class RunName {
  private RunName() {}

  /** Begins the names of directories and buckets; tells whose they are while others run. */
  public static String prefix() {
    return "thins3-bench-" + ProcessHandle.current().pid() + "-";
  }
}
