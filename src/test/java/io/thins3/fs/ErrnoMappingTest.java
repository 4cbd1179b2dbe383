package io.thins3.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thins3.config.BucketMount;
import io.thins3.config.HttpClientKind;
import io.thins3.config.HttpSettings;
import io.thins3.config.ListType;
import io.thins3.config.UserException;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectBody;
import io.thins3.store.S3ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Mounts;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** docs/SEMANTICS.md, Errors: each row, from the store's answer to errno and log. */
class ErrnoMappingTest {
  private static final String KEY = "some/key";
  private static final String ETAG = "\"e\"";

  private final ScriptedS3 server = ScriptedS3.start();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ErrnoMapping.class);
  private final S3ObjectStore store;

  ErrnoMappingTest() throws UserException {
    store = open();
  }

  private S3ObjectStore open() throws UserException {
    BucketMount some = Mounts.mount("", Duration.ofSeconds(60), Duration.ofSeconds(1));
    Duration timeout = Duration.ofSeconds(20);
    HttpSettings once =
        new HttpSettings(timeout, timeout, 1, HttpClientKind.NATIVE, null, true, true, ListType.V2);
    return S3ObjectStore.open(Mounts.at(server.endpoint(), "bucket", once, some));
  }

  @BeforeEach
  void listen() {
    logger.setLevel(Level.DEBUG);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    logger.setLevel(null);
    store.close();
    server.close();
  }

  private static StoreException failure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    StoreException failure = catchThrowableOfType(StoreException.class, call);
    assertThat(failure).as("a failure of the store").isNotNull();
    return failure;
  }

  private StoreException get(Answer answer) {
    server.always(answer);
    return failure(() -> store.get(KEY, ETAG, 0, 10).close());
  }

  /** The one line that was logged. */
  private ILoggingEvent logged() {
    assertThat(log.list).hasSize(1);
    return log.list.get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey, x, ENOENT, DEBUG, ESTALE, INFO",
    "404, NoSuchVersion, x, ENOENT, DEBUG, ESTALE, INFO",
    "404, NoSuchBucket, x, ENXIO, ERROR, ENXIO, ERROR",
    "400, InvalidBucketName, x, ENXIO, ERROR, ENXIO, ERROR",
    "401, Unauthorized, x, EACCES, WARN, EACCES, WARN",
    "403, AccessDenied, x, EACCES, WARN, EACCES, WARN",
    "403, SomethingNew, x, EACCES, WARN, EACCES, WARN",
    "403, InvalidAccessKeyId, x, EACCES, WARN, EACCES, WARN",
    "403, SignatureDoesNotMatch, x, EACCES, WARN, EACCES, WARN",
    "403, RequestTimeTooSkewed, x, EACCES, WARN, EACCES, WARN",
    "400, ExpiredToken, x, EACCES, WARN, EACCES, WARN",
    "403, InvalidObjectState, archived, EACCES, WARN, EACCES, WARN",
    "412, PreconditionFailed, x, ESTALE, INFO, ESTALE, INFO",
    "416, InvalidRange, x, ESTALE, INFO, ESTALE, INFO",
    "400, InvalidArgument, x, EINVAL, WARN, EINVAL, WARN",
    "400, XMinioInvalidObjectName, x, EINVAL, WARN, EINVAL, WARN",
    "400, EntityTooLarge, x, EFBIG, WARN, EFBIG, WARN",
    "413, SomethingNew, x, EFBIG, WARN, EFBIG, WARN",
    "409, OperationAborted, x, EBUSY, WARN, EBUSY, WARN",
    "409, SomethingNew, x, EBUSY, WARN, EBUSY, WARN",
    "429, TooManyRequests, x, EIO, ERROR, EIO, ERROR",
    "503, SlowDown, x, EIO, ERROR, EIO, ERROR",
    "503, XMinioServerNotInitialized, x, EIO, ERROR, EIO, ERROR",
    "500, InternalError, x, EIO, ERROR, EIO, ERROR",
    "502, BadGateway, x, EIO, ERROR, EIO, ERROR",
    "400, RequestTimeout, x, EIO, ERROR, EIO, ERROR",
    "301, PermanentRedirect, x, EIO, ERROR, EIO, ERROR",
    "507, XMinioStorageFull, x, ENOSPC, ERROR, ENOSPC, ERROR",
    "507, SomethingNew, x, ENOSPC, ERROR, ENOSPC, ERROR",
    "500, InternalError, cause(no space left on device), ENOSPC, ERROR, ENOSPC, ERROR",
    "500, SomethingNew, No space left on device, ENOSPC, ERROR, ENOSPC, ERROR",
    "400, MetadataTooLarge, x, ENOSPC, ERROR, ENOSPC, ERROR",
    "400, XMinioAdminBucketQuotaExceeded, x, EDQUOT, WARN, EDQUOT, WARN",
    "403, QuotaExceeded, x, EDQUOT, WARN, EDQUOT, WARN",
    "501, NotImplemented, x, EOPNOTSUPP, WARN, EOPNOTSUPP, WARN",
  })
  void answer_hasErrnoAndOneLineWithBucketKeyCodeAndRequestId(
      int status,
      String code,
      String message,
      Errno onPath,
      String level,
      Errno onKnownVersion,
      String levelOfKnown) {
    StoreException failure = get(ScriptedS3.error(status, code, message));

    FuseException asked = ErrnoMapping.onPath(failure);

    assertThat(asked.errno()).isEqualTo(onPath);
    ILoggingEvent line = logged();
    assertThat(line.getLevel()).isEqualTo(Level.valueOf(level));
    assertThat(line.getFormattedMessage())
        .startsWith(onPath.name())
        .contains("GET s3://bucket/" + KEY + ": " + code + " (" + status)
        .contains("request id SCRIPTED");
    log.list.clear();

    assertThat(ErrnoMapping.onKnownVersion(failure).errno()).isEqualTo(onKnownVersion);
    assertThat(logged().getLevel()).as("the same failure once more").isEqualTo(Level.DEBUG);
    log.list.clear();

    StoreException again = get(ScriptedS3.error(status, code, message));
    assertThat(ErrnoMapping.onKnownVersion(again).errno()).isEqualTo(onKnownVersion);
    assertThat(logged().getLevel()).isEqualTo(Level.valueOf(levelOfKnown));
  }

  @Test
  void noAnswer_isEioAndNamesTheStore() {
    FuseException asked = ErrnoMapping.onPath(get(ScriptedS3.hangUp()));

    assertThat(asked.errno()).isEqualTo(Errno.EIO);
    assertThat(logged().getLevel()).isEqualTo(Level.ERROR);
    assertThat(logged().getFormattedMessage())
        .contains("GET s3://bucket/" + KEY)
        .contains(server.endpoint().toString());
  }

  @Test
  void bodyThatIsCutShort_hasItsRequestId() throws Exception {
    server.always(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", ETAG);
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.getResponseHeaders().set("x-amz-request-id", "HALF");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(new byte[5]);
          exchange.getResponseBody().flush();
        });
    try (ObjectBody body = store.get(KEY, ETAG, 0, 10)) {
      ByteBuffer bytes = ByteBuffer.allocate(10);
      StoreException failure =
          failure(
              () -> {
                while (bytes.hasRemaining()) {
                  body.read(bytes);
                }
              });
      assertThat(ErrnoMapping.onKnownVersion(failure).errno()).isEqualTo(Errno.EIO);
    }
    assertThat(logged().getLevel()).isEqualTo(Level.ERROR);
    assertThat(logged().getFormattedMessage())
        .contains("GET s3://bucket/" + KEY, "(request id HALF)");
  }

  @Test
  void answerThatIsNotThatObject_hasItsRequestId() {
    StoreException failure =
        get(
            ScriptedS3.answer(
                206,
                Map.of(
                    "ETag",
                    "\"other\"",
                    "x-amz-request-id",
                    "OTHER",
                    "Content-Range",
                    "bytes 0-9/10"),
                "0123456789".getBytes(UTF_8)));

    assertThat(ErrnoMapping.onKnownVersion(failure).errno()).isEqualTo(Errno.ESTALE);
    assertThat(logged().getLevel()).isEqualTo(Level.INFO);
    assertThat(logged().getFormattedMessage()).contains("(request id OTHER)");
  }

  @Test
  void listing_failureNamesThePrefix() {
    server.always(ScriptedS3.error(403, "AccessDenied", "x"));
    StoreException failure = failure(() -> store.list(ListRequest.directory("d/")));

    assertThat(ErrnoMapping.onPath(failure).errno()).isEqualTo(Errno.EACCES);
    assertThat(logged().getFormattedMessage())
        .contains("LIST s3://bucket/d/: AccessDenied (403, request id SCRIPTED)");
  }

  /** No kind is forgotten, and none is logged at an error's level twice. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void kind_isLoggedOnceAtMost(Kind kind) {
    StoreException failure = MemoryObjectStore.failure(kind, KEY);

    for (int i = 0; i < 3; i++) {
      assertThat(ErrnoMapping.onPath(failure).errno()).isNotNull();
      assertThat(ErrnoMapping.onKnownVersion(failure).errno()).isNotNull();
    }

    List<ILoggingEvent> loud =
        log.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO)).toList();
    boolean quiet = List.of(Kind.NO_SUCH_KEY, Kind.INTERRUPTED, Kind.CORRUPT).contains(kind);
    assertThat(loud).hasSize(quiet ? 0 : 1);
  }
}
