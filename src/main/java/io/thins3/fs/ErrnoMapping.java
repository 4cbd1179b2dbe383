package io.thins3.fs;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures of the store become errno (docs/SEMANTICS.md, Errors), and where
 * they are logged, each once, however many wait for its request.
 */
final class ErrnoMapping {
  private static final Logger log = LoggerFactory.getLogger(ErrnoMapping.class);

  private ErrnoMapping() {}

  /** The failure of an operation that asks about a name. */
  static FuseException onPath(StoreException failure) {
    return logged(failure, onPath(failure.kind()));
  }

  /** The failure of an operation on a version that was known to exist. */
  static FuseException onKnownVersion(StoreException failure) {
    Errno errno = failure.isGone() ? Errno.ESTALE : onPath(failure.kind());
    return logged(failure, errno);
  }

  private static Errno onPath(StoreException.Kind kind) {
    return switch (kind) {
      case NO_SUCH_KEY -> Errno.ENOENT;
      case NO_SUCH_BUCKET -> Errno.ENXIO;
      case ACCESS_DENIED, BAD_CREDENTIALS, NO_CREDENTIALS -> Errno.EACCES;
      case PRECONDITION_FAILED, INVALID_RANGE -> Errno.ESTALE;
      case INVALID_REQUEST -> Errno.EINVAL;
      case NOT_SUPPORTED -> Errno.EOPNOTSUPP;
      case TOO_LARGE -> Errno.EFBIG;
      case CONFLICT -> Errno.EBUSY;
      case NO_SPACE -> Errno.ENOSPC;
      case QUOTA_EXCEEDED -> Errno.EDQUOT;
      case INTERRUPTED -> Errno.EINTR;
      case THROTTLED, SERVER_ERROR, WRONG_REGION, UNREACHABLE, TIMEOUT, BAD_RESPONSE, CORRUPT ->
          Errno.EIO;
    };
  }

  private static FuseException logged(StoreException failure, Errno errno) {
    if (!failure.firstReport()) {
      // Of one request that many wait for, or a version that was found gone before.
      log.debug("{} for {}, once more", errno, failure.getMessage());
    } else if (errno == Errno.EINTR || errno == Errno.ENOENT) {
      log.debug("{} for {}", errno, failure.getMessage());
    } else if (failure.kind() == StoreException.Kind.CORRUPT) {
      // Logged when it was found, once for all who read it.
      log.debug("{} for {}", errno, failure.getMessage());
    } else if (errno == Errno.ESTALE) {
      // Not our failure, but "Stale file handle" from cp needs its explanation.
      log.info("{}: replaced or deleted by others: {}", errno, failure.getMessage());
    } else {
      log.warn("{} for {}", errno, failure.getMessage());
    }
    return new FuseException(errno, errno + ": " + failure.getMessage(), failure);
  }
}
