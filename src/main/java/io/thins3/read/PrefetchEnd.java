package io.thins3.read;

/** Is told when what was fetched ahead is here, or will not come. */
public interface PrefetchEnd {
  /**
   * Called once, by any thread, perhaps before {@link ReadEngine#prefetch} has returned; must not
   * wait.
   *
   * @param arrived whether all of it is here
   */
  void ended(boolean arrived);
}
