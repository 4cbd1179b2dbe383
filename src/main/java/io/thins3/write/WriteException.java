package io.thins3.write;

import io.thins3.store.StoreException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Why something that was written could not be taken, or published. */
public final class WriteException extends Exception {
  /** What went wrong. */
  public enum Kind {
    /** The store refused, or did not answer; the cause is its {@link StoreException}. */
    STORE,
    /** The staging directory is full, or as full as it may be. */
    NO_SPACE,
    /** The staging directory cannot be written or read. */
    LOCAL,
    /** The bytes are in no place any more until they are published. */
    SENT_AWAY,
    /** More than an object may have. */
    TOO_LARGE,
    /** Others have changed or removed the object since it was opened. */
    CONFLICT,
    /** Others have created the object that was to be new. */
    EXISTS,
    /** A wait for others' work on the same file took too long. */
    TIMEOUT
  }

  private final Kind kind;
  private final AtomicBoolean reported = new AtomicBoolean();

  /** Creates one. */
  public WriteException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
  }

  static WriteException of(StoreException failure) {
    return new WriteException(Kind.STORE, String.valueOf(failure.getMessage()), failure);
  }

  /** Says that this failure is being reported; whether nobody has said so before. */
  public boolean firstReport() {
    return reported.compareAndSet(false, true);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The store's failure, where it is one. */
  public @Nullable StoreException storeFailure() {
    return getCause() instanceof StoreException failure ? failure : null;
  }
}
