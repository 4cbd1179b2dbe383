package io.thins3.store;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs every call to another store, with its duration and outcome, at level INFO to {@value
 * #LOGGER}: it is put in place only where that is asked for ({@code --debug_s3}). Thread-safe.
 */
public final class LoggedObjectStore implements ObjectStore {
  /** The logger's name. */
  public static final String LOGGER = "io.thins3.store.requests";

  private final ObjectStore store;
  private final CallLog log;

  /** Logs the calls to a store; closing this closes it. */
  public LoggedObjectStore(ObjectStore store) {
    this(store, System::nanoTime);
  }

  LoggedObjectStore(ObjectStore store, LongSupplier nanoTime) {
    this.store = store;
    this.log = new CallLog(store.bucket(), nanoTime);
  }

  @Override
  public String bucket() {
    return store.bucket();
  }

  @Override
  public Optional<ObjectInfo> head(String key) throws StoreException {
    return log.logged(
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
    return log.logged(
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
    return log.logged(
        S3Operation.HEAD,
        key,
        " checksum of " + Printable.of(ifMatch),
        () -> store.checksum(key, ifMatch),
        found -> found.map(LoggedObjectStore::shown).orElse("none"));
  }

  @Override
  public Optional<ObjectDetails> details(String key) throws StoreException {
    return log.logged(
        S3Operation.HEAD,
        key,
        " details",
        () -> store.details(key),
        found ->
            found.map(all -> all.info().size() + " bytes, " + all.info().etag()).orElse("none"));
  }

  private static String shown(ObjectChecksum checksum) {
    return checksum.algorithm()
        + " "
        + Printable.of(checksum.value())
        + (checksum.composite() ? ", composite" : "");
  }

  private ObjectBody followed(String key, String details, StoreCall<ObjectBody> call)
      throws StoreException {
    long start = log.now();
    ObjectBody body;
    try {
      body = call.run();
    } catch (StoreException e) {
      log.log(S3Operation.GET, key, details, CallLog.outcome(e), start);
      throw e;
    }
    return new FollowedBody(
        body,
        (read, failure) ->
            log.log(
                S3Operation.GET,
                key,
                details,
                read + " bytes" + (failure == null ? "" : ", then " + CallLog.outcome(failure)),
                start));
  }

  @Override
  public void close() {
    store.close();
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
