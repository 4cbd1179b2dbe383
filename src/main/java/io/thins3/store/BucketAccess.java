package io.thins3.store;

import io.thins3.config.BucketMount;
import io.thins3.config.ListType;
import io.thins3.config.UserException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.http.HttpClient;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The way to one bucket: sends requests, and mends by itself what a second request can mend.
 * Thread-safe.
 *
 * <pre>
 *   send ── answer ──────────────────────────────────────────────► result
 *    ▲ └── refused ─┬─ in another region, not yet followed: clients for that region ─┐
 *    │              ├─ credentials, and their files have changed: read them         ─┤
 *    │              ├─ the clock is off: the SDK has learnt the store's time         ─┤
 *    │              └─ else ─► StoreException                                          │
 *    └────────────────────────────── each once a call ────────────────────────────────┘
 * </pre>
 */
final class BucketAccess implements AutoCloseable {
  /** Clients for one region: one that retries, one that does not, and the way without the SDK. */
  private record Clients(
      String region, S3Client patient, S3Client once, @Nullable DirectRequests direct)
      implements AutoCloseable {
    @Override
    public void close() {
      patient.close();
      once.close();
    }
  }

  /** One try of a call without the SDK. */
  @FunctionalInterface
  interface DirectCall<T> {
    /**
     * Makes it.
     *
     * @param atMost what is left of the call's time
     */
    T run(DirectRequests requests, Duration atMost) throws IOException, StoreException;
  }

  /** One call with all its retries. */
  @FunctionalInterface
  private interface Call<T> {
    T run(Clients clients) throws IOException, StoreException;
  }

  private final BucketMount mount;
  private final StoreLimits limits;
  private final StoreErrors errors;
  private final SigningCredentials credentials;
  private final ConcurrencyLimit admission;
  private final AttemptCounters counters = new AttemptCounters();
  private final StoreHttp http;
  private final ScheduledThreadPoolExecutor timer;
  private final S3ClientFactory factory;
  private final ReentrantLock following = new ReentrantLock();
  private volatile Clients clients;
  private final SignatureV4 signature = new SignatureV4();
  private final Retries retries;
  private final ObjectHeaders objectHeaders;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * The clients of the first region, once another one was followed; calls may still run on them.
   */
  private @Nullable Clients left;

  BucketAccess(BucketMount mount, StoreLimits limits, LongSupplier nanoTime) throws UserException {
    this.mount = mount;
    this.limits = limits;
    this.objectHeaders = new ObjectHeaders(mount.uploads());
    this.errors = new StoreErrors(mount.bucket(), storeName(mount));
    this.credentials =
        SigningCredentials.of(mount.credentials(), limits.credentialCheck(), nanoTime);
    this.admission = new ConcurrencyLimit(limits.connections());
    this.http = StoreHttp.create(mount, limits, admission, System.getenv());
    this.timer = timer(mount.bucket());
    this.factory =
        new S3ClientFactory(
            mount, limits, http.sdk(), credentials, signature, timer, counters, () -> closed);
    this.retries =
        new Retries(
            limits,
            limits.attempts(),
            nanoTime,
            new Backoff(
                limits.firstBackoff(),
                limits.longestBackoff(),
                bound -> ThreadLocalRandom.current().nextLong(bound)),
            counters,
            closing);
    this.clients = clients(factory.firstRegion());
  }

  /** How the store is called in messages. */
  static String storeName(BucketMount mount) {
    return mount.endpoint() == null ? "AWS S3" : mount.endpoint().toString();
  }

  StoreErrors errors() {
    return errors;
  }

  StoreLimits limits() {
    return limits;
  }

  String bucket() {
    return mount.bucket();
  }

  /** Which listing the store is asked for. */
  ListType listType() {
    return mount.http().listType();
  }

  /** What the mount says of its objects. */
  ObjectHeaders objectHeaders() {
    return objectHeaders;
  }

  /** The region that requests are signed for. */
  String region() {
    return clients.region();
  }

  /** What the requests have met so far. */
  StoreCounts counts() {
    HttpClient client = http.direct();
    return new StoreCounts(
        counters.attempts(),
        counters.retries(),
        admission.refused(),
        admission.limit(),
        client == null ? 0 : client.hedged(),
        client == null ? 0 : client.hedgesWon(),
        client == null ? 0 : client.connections());
  }

  boolean isClosed() {
    return closed;
  }

  /** The calls to this bucket: without the SDK where that is possible. */
  BucketCalls calls() {
    return clients.direct() == null ? new SdkCalls(this) : new DirectCalls(this);
  }

  /** The calls that change it, in the same way. */
  WriteCalls writeCalls() {
    return clients.direct() == null ? new SdkWrites(this) : new DirectWrites(this);
  }

  /** Sends a request through the SDK, again after failures that pass. */
  <T> T call(S3Operation operation, String key, Function<S3Client, T> request)
      throws StoreException {
    return mended(operation, key, used -> request.apply(used.patient()));
  }

  /** Sends a request through the SDK, without waiting for anything to pass. */
  <T> T callOnce(S3Operation operation, String key, Function<S3Client, T> request)
      throws StoreException {
    return mended(operation, key, used -> request.apply(used.once()));
  }

  /** Sends a request without the SDK, again after failures that pass. */
  <T> T direct(S3Operation operation, String key, DirectCall<T> request) throws StoreException {
    return mended(
        operation,
        key,
        used -> {
          DirectRequests requests = Objects.requireNonNull(used.direct(), "no way but the SDK");
          return retries.run(atMost -> request.run(requests, atMost));
        });
  }

  private <T> T mended(S3Operation operation, String key, Call<T> call) throws StoreException {
    boolean followed = false;
    boolean renewed = false;
    boolean clockSet = false;
    while (true) {
      Clients used = clients;
      Object signer = credentials.current();
      StoreException failure;
      try {
        return call.run(used);
      } catch (IOException | RuntimeException e) {
        if (closed) {
          throw errors.failure(Kind.UNREACHABLE, operation, key, "the store was closed", e);
        }
        failure = errors.translate(operation, key, used.region(), e);
      }
      if (!followed && failure.region() != null && follow(used, failure.region())) {
        followed = true;
      } else if (!renewed && mayBeCredentials(failure) && credentials.renewedSince(signer)) {
        renewed = true;
      } else if (!clockSet && "RequestTimeTooSkewed".equals(failure.code())) {
        clockSet = true;
      } else {
        throw failure;
      }
    }
  }

  /** A refusal, or HEAD's bare 400, which is how AWS says that a token has expired. */
  private static boolean mayBeCredentials(StoreException failure) {
    return switch (failure.kind()) {
      case BAD_CREDENTIALS, ACCESS_DENIED -> true;
      case INVALID_REQUEST -> failure.code() == null;
      default -> false;
    };
  }

  /** Whether there are clients now for the region named, or for one that was named meanwhile. */
  private boolean follow(Clients refused, String region) {
    following.lock();
    try {
      if (!clients.region().equals(refused.region())) {
        return true;
      }
      if (left != null || closed) {
        return false;
      }
      left = refused;
      clients = clients(region);
      return true;
    } finally {
      following.unlock();
    }
  }

  private Clients clients(String region) {
    return new Clients(
        region,
        factory.create(region, limits.attempts()),
        factory.create(region, 1),
        directRequests(region));
  }

  /** The way without the SDK, or null when there is none: another HTTP client, an odd bucket. */
  private @Nullable DirectRequests directRequests(String region) {
    HttpClient client = http.direct();
    Route route = client == null ? null : factory.route(region);
    return client == null || route == null
        ? null
        : new DirectRequests(
            client,
            route,
            credentials.provider(),
            signature,
            InstantSource.system(),
            objectHeaders);
  }

  /**
   * The SDK's timer for calls, one thread for all clients. Cancelled timers are removed at once:
   * the SDK's own executor keeps each until its time, at 1000 requests a second 60,000 of them.
   */
  private static ScheduledThreadPoolExecutor timer(String bucket) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "thins3-store-timer-" + bucket);
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** Breaks all connections; calls that run fail. */
  @Override
  public void close() {
    following.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      closing.countDown();
    } finally {
      following.unlock();
    }
    http.close();
    clients.close();
    if (left != null) {
      left.close();
    }
    timer.shutdownNow();
    credentials.close();
  }
}
