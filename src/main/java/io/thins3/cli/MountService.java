package io.thins3.cli;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.config.BucketMount;
import io.thins3.config.ExitCode;
import io.thins3.config.ServiceConfig;
import io.thins3.config.TransportKind;
import io.thins3.config.UserException;
import io.thins3.fs.ObjectFileSystem;
import io.thins3.fs.ServedBucket;
import io.thins3.fuse.FuseServer;
import io.thins3.fuse.MountException;
import io.thins3.fuse.Transport;
import io.thins3.meta.CacheLimits;
import io.thins3.store.BucketProbe;
import io.thins3.store.LoggedObjectStore;
import io.thins3.store.LoggedObjectWriter;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.ProbeResult;
import io.thins3.store.S3ObjectStore;
import io.thins3.store.StoreCounts;
import io.thins3.store.UnverifiedTls;
import io.thins3.write.WriteEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a configuration: opens the stores, asks the buckets, mounts, serves until the mount ends.
 *
 * <pre>
 *   open stores -> probe buckets -> mount -> ready -> serve -> unmounted (signal, or from outside)
 *        |              |             |                            |
 *        +-- UserException, exit code-+                            +-> close stores, exit 0
 * </pre>
 */
final class MountService implements MountRunner {
  private static final Logger log = LoggerFactory.getLogger(MountService.class);

  private static final Duration LEAST_SLACK = Duration.ofSeconds(5);

  private final Function<TransportKind, Transport> transports;
  private final ReadySignal ready;
  private final Map<String, String> environment;

  MountService(
      Function<TransportKind, Transport> transports,
      ReadySignal ready,
      Map<String, String> environment) {
    this.transports = transports;
    this.ready = ready;
    this.environment = environment;
  }

  @Override
  public int run(ServiceConfig config, RunPolicy policy) throws UserException {
    Stop stop = new Stop(Thread.currentThread());
    Signals.onStop(stop::request);
    // From the first moment on: the JVM's own handling of SIGUSR1 is to end.
    AtomicReference<Runnable> report =
        new AtomicReference<>(() -> log.info("no report: not mounted yet"));
    Signals.onReport(() -> Objects.requireNonNull(report.get()).run());
    List<S3ObjectStore> stores = new ArrayList<>();
    List<StartProbe> probes = new ArrayList<>();
    List<RequestThreads> threads = new ArrayList<>();
    Duration deadline = deadline(longestTimeout(config.buckets()));
    CacheLimits metadata =
        MetadataMemory.limits(config.metadataMemory(), Runtime.getRuntime().maxMemory());
    Reading reading = Reading.start(config.memoryLimit(), deadline);
    Writing writing = new Writing(reading.budget(), config.staging(), environment);
    FuseServer server = null;
    MountControl control = new MountControl(environment);
    UnverifiedTls.warnings(config.buckets()).forEach(log::warn);
    try {
      for (BucketMount bucket : config.buckets()) {
        S3ObjectStore store = S3ObjectStore.open(bucket);
        stores.add(store);
        threads.add(new RequestThreads(bucket.name()));
        probes.add(new StartProbe(new BucketProbe(bucket, store)));
      }
      probe(probes, config.buckets(), threads, policy);
      ObjectFileSystem fileSystem =
          new ObjectFileSystem(
              served(config, stores, threads, writing),
              Clock.systemUTC(),
              Ticker.systemTicker(),
              metadata,
              reading.engine(),
              deadline);
      report.set(report(reading, writing, fileSystem, config.buckets(), stores)::log);
      server = mount(fileSystem, config, policy);
      stop.serving(server); // at once: a signal that comes now has its time to drain
      control.start(fileSystem, server.mountPoint());
      log.info("serving at {}", server.mountPoint());
      ready.mounted();
      server.awaitEnd();
      log.info("{} is unmounted", server.mountPoint());
      return ExitCode.OK.code();
    } catch (UserException e) {
      if (!stop.requested()) {
        throw e;
      }
      log.info("stopped before the mount was usable"); // the interrupt made the mounting fail
      return ExitCode.OK.code();
    } catch (InterruptedException e) {
      if (!stop.requested()) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted by nobody", e);
      }
      return ExitCode.OK.code();
    } finally {
      control.close();
      probes.forEach(StartProbe::stop);
      // Who still has a file open may read until the process ends, which is very soon.
      if (server == null || server.ended()) {
        reading.close();
        writing.close();
        threads.forEach(RequestThreads::close);
        stores.forEach(S3ObjectStore::close);
      }
    }
  }

  private static Report report(
      Reading reading,
      Writing writing,
      ObjectFileSystem fileSystem,
      List<BucketMount> buckets,
      List<S3ObjectStore> stores) {
    Map<String, Supplier<StoreCounts>> requests = new LinkedHashMap<>();
    for (int i = 0; i < stores.size(); i++) {
      requests.put(buckets.get(i).name(), stores.get(i)::counts);
    }
    return new Report(
        reading.engine()::counts,
        reading.engine()::windows,
        reading.budget()::counts,
        fileSystem::siblingCounts,
        fileSystem::treeCounts,
        fileSystem::nodeCounts,
        writing::counts,
        requests);
  }

  private static List<ServedBucket> served(
      ServiceConfig config,
      List<S3ObjectStore> stores,
      List<RequestThreads> threads,
      Writing writing) {
    List<ServedBucket> served = new ArrayList<>();
    for (int i = 0; i < stores.size(); i++) {
      BucketMount mount = config.buckets().get(i);
      ObjectStore store =
          config.log().debugS3() ? new LoggedObjectStore(stores.get(i)) : stores.get(i);
      ObjectWriter writer = writer(mount, stores.get(i), config.log().debugS3());
      Duration deadline = deadline(mount.http().ioTimeout());
      WriteEngine engine =
          writer == null
              ? null
              : writing.engine(mount, store, writer, threads.get(i).content(), deadline);
      served.add(threads.get(i).served(mount, store, writer, engine, deadline));
    }
    return served;
  }

  /** What changes a bucket, or null: then nothing in this process can. */
  private static @Nullable ObjectWriter writer(
      BucketMount mount, S3ObjectStore store, boolean logged) {
    if (mount.readOnly()) {
      return null;
    }
    ObjectWriter writer = store.writer();
    return logged ? new LoggedObjectWriter(writer, mount.bucket()) : writer;
  }

  /** The longest --io-timeout: memory serves all buckets. */
  private static Duration longestTimeout(List<BucketMount> buckets) {
    return buckets.stream()
        .map(bucket -> bucket.http().ioTimeout())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ofSeconds(60));
  }

  /**
   * How long an operation waits for what ends by an --io-timeout: longer than that, for a turn
   * among the bucket's threads, when those before it wait for a store that does not answer, and for
   * what the store's deadlines cannot see.
   */
  private static Duration deadline(Duration timeout) {
    Duration quarter = timeout.dividedBy(4);
    return timeout.plus(quarter.compareTo(LEAST_SLACK) > 0 ? quarter : LEAST_SLACK);
  }

  /**
   * Asks all buckets at once. A definitive refusal of the only bucket ends the start; among several
   * it is an error in the log, and the others are served.
   */
  private static void probe(
      List<StartProbe> probes,
      List<BucketMount> buckets,
      List<RequestThreads> threads,
      RunPolicy policy)
      throws UserException, InterruptedException {
    List<Future<ProbeResult>> answers = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      StartProbe probe = probes.get(i);
      answers.add(threads.get(i).metadata().submit(() -> probe.await(policy.startDeadline())));
    }
    for (int i = 0; i < probes.size(); i++) {
      ProbeResult result = answer(answers.get(i));
      if (result.isOk()) {
        continue;
      }
      if (result.isDefinitive() ? probes.size() == 1 : !policy.mountWhenUnreachable()) {
        throw new UserException(result.exitCode(), result.message(), result.failure());
      }
      log.error("{}", result.message());
      if (!result.isDefinitive()) {
        probes.get(i).goOn(buckets.get(i).bucket());
      }
    }
  }

  private static ProbeResult answer(Future<ProbeResult> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe failed", e.getCause());
    }
  }

  private FuseServer mount(ObjectFileSystem fileSystem, ServiceConfig config, RunPolicy policy)
      throws UserException {
    try {
      return FuseServer.builder(fileSystem)
          .transport(transports.apply(config.transport()))
          .mountPoint(config.mountPoint())
          .createMountPoint(policy.createMountPoint())
          .fsName(config.fsName())
          .subtype(config.subtype())
          .options(mountOptions(config))
          .debug(config.log().debugFuse())
          .drainTimeout(config.drainTimeout())
          .mount();
    } catch (MountException e) {
      ExitCode code =
          switch (e.reason()) {
            case BAD_MOUNT_POINT, NOT_EMPTY, MOUNTED_ALREADY -> ExitCode.MOUNT_POINT;
            case BAD_OPTION -> ExitCode.USAGE;
            case NO_DEVICE, NOT_INSTALLED, NO_PERMISSION, FAILED -> ExitCode.FUSE;
          };
      throw new UserException(code, String.valueOf(e.getMessage()), e);
    }
  }

  /** Over libfuse the kernel has one time to live for all; over linux each answer has its own. */
  private static List<String> mountOptions(ServiceConfig config) {
    return config.transport() == TransportKind.LIBFUSE
        ? KernelTimeouts.added(
            config.mountOptions(), config.buckets().stream().map(BucketMount::metadataTtl).toList())
        : config.mountOptions();
  }
}
