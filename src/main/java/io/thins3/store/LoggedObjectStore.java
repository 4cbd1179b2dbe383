package io.thins3.store;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every call to another store, with its duration and outcome, at level INFO to {@value
 * #LOGGER}: it is put in place only where that is asked for ({@code --debug_s3}). Thread-safe.
 */
public final class LoggedObjectStore implements ObjectStore {
  /** The logger's name. */
  public static final String LOGGER = "io.thins3.store.requests";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  private final ObjectStore store;
  private final LongSupplier nanoTime;

  /** Logs the calls to a store; closing this closes it. */
  public LoggedObjectStore(ObjectStore store) {
    this(store, System::nanoTime);
  }

  LoggedObjectStore(ObjectStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  @Override
  public String bucket() {
    return store.bucket();
  }

  @Override
  public Optional<ObjectInfo> head(String key) throws StoreException {
    return logged(
        S3Operation.HEAD,
        key,
        "",
        () -> store.head(key),
        found -> found.map(info -> info.size() + " bytes, " + info.etag()).orElse("none"));
  }

  @Override
  public @Nullable String list(ListRequest request, ListSink sink) throws StoreException {
    String details =
        (request.delimiter() == null ? " below" : " level")
            + " max-keys "
            + request.maxKeys()
            + (request.startAfter() == null ? "" : " after " + Printable.of(request.startAfter()))
            + (request.continuationToken() == null ? "" : " continued");
    Counted counted = new Counted(sink);
    return logged(
            S3Operation.LIST,
            request.prefix(),
            details,
            () -> Optional.ofNullable(store.list(request, counted)),
            next ->
                counted.keys
                    + " keys, "
                    + counted.prefixes
                    + " prefixes"
                    + (next.isEmpty() ? "" : ", more"))
        .orElse(null);
  }

  @Override
  public ObjectBody get(String key, String ifMatch, long offset, long length)
      throws StoreException {
    return followed(
        key,
        " bytes " + offset + "-" + (offset + length - 1) + " of " + Printable.of(ifMatch),
        () -> store.get(key, ifMatch, offset, length));
  }

  @Override
  public ObjectBody getWhole(String key, String ifMatch, long size) throws StoreException {
    return followed(
        key, " whole of " + Printable.of(ifMatch), () -> store.getWhole(key, ifMatch, size));
  }

  @Override
  public Optional<ObjectChecksum> checksum(String key, String ifMatch) throws StoreException {
    return logged(
        S3Operation.HEAD,
        key,
        " checksum of " + Printable.of(ifMatch),
        () -> store.checksum(key, ifMatch),
        found -> found.map(LoggedObjectStore::shown).orElse("none"));
  }

  @Override
  public Optional<ObjectDetails> details(String key) throws StoreException {
    return logged(
        S3Operation.HEAD,
        key,
        " details",
        () -> store.details(key),
        found ->
            found.map(all -> all.info().size() + " bytes, " + all.info().etag()).orElse("none"));
  }

  @Override
  public void replaceMetadata(ObjectDetails known, Map<String, String> userMetadata)
      throws StoreException {
    logged(
        S3Operation.COPY,
        known.info().key(),
        " onto itself, of " + Printable.of(known.info().etag()),
        () -> {
          store.replaceMetadata(known, userMetadata);
          return userMetadata.size();
        },
        count -> count + " names of metadata");
  }

  private static String shown(ObjectChecksum checksum) {
    return checksum.algorithm()
        + " "
        + Printable.of(checksum.value())
        + (checksum.composite() ? ", composite" : "");
  }

  private ObjectBody followed(String key, String details, StoreCall<ObjectBody> call)
      throws StoreException {
    long start = nanoTime.getAsLong();
    ObjectBody body;
    try {
      body = call.run();
    } catch (StoreException e) {
      log(S3Operation.GET, key, details, outcome(e), start);
      throw e;
    }
    return new FollowedBody(
        body,
        (read, failure) ->
            log(
                S3Operation.GET,
                key,
                details,
                read + " bytes" + (failure == null ? "" : ", then " + outcome(failure)),
                start));
  }

  @Override
  public void close() {
    store.close();
  }

  private <T> T logged(
      S3Operation operation,
      String key,
      String details,
      StoreCall<T> call,
      Function<T, String> outcome)
      throws StoreException {
    long start = nanoTime.getAsLong();
    String end = "failed";
    try {
      T answer = call.run();
      end = outcome.apply(answer);
      return answer;
    } catch (StoreException e) {
      end = outcome(e);
      throw e;
    } finally {
      log(operation, key, details, end, start);
    }
  }

  private static String outcome(StoreException e) {
    return e.kind() + (e.code() == null ? "" : " " + Printable.of(e.code()));
  }

  private void log(S3Operation operation, String key, String details, String end, long start) {
    LOG.info(
        "{} s3://{}/{}{}: {} in {} ms",
        operation,
        store.bucket(),
        Printable.of(key),
        details,
        end,
        TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - start) / 1000.0);
  }

  private static final class Counted implements ListSink {
    private final ListSink sink;
    private int keys;
    private int prefixes;

    Counted(ListSink sink) {
      this.sink = sink;
    }

    @Override
    public void object(String key, long size, String etag, long modifiedSeconds) {
      keys++;
      sink.object(key, size, etag, modifiedSeconds);
    }

    @Override
    public void prefix(String prefix) {
      prefixes++;
      sink.prefix(prefix);
    }
  }
}
