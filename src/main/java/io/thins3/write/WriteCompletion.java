package io.thins3.write;

/** Takes the outcome of a write. Exactly one method is called, once, by any thread. */
public interface WriteCompletion {
  /** All bytes were taken. */
  void written();

  /** They were not, or not all of them. */
  void failed(WriteException failure);
}
