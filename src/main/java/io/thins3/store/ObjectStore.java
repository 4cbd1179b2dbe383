package io.thins3.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The S3 calls that read, on one bucket; {@link ObjectWriter} has those that change it. Keys are
 * whole keys: prefixes of a mount are added above this interface.
 *
 * <p>Methods wait for the answer and are thread-safe. Failures are {@link StoreException}s with a
 * kind; retries have been made when one arrives. A waiting thread that is interrupted gets an
 * exception of kind {@link StoreException.Kind#INTERRUPTED} and keeps its interrupt status.
 */
public interface ObjectStore extends AutoCloseable {
  /** The bucket that the calls go to. */
  String bucket();

  /**
   * HEAD of one key.
   *
   * @return the object, or empty when there is none of that key
   */
  Optional<ObjectInfo> head(String key) throws StoreException;

  /**
   * One page of a listing.
   *
   * @param sink takes the entries, once the page is whole
   * @return the token of the next page, or null when this is the last
   */
  @Nullable String list(ListRequest request, ListSink sink) throws StoreException;

  /** One page of a listing as records, where few entries are expected. */
  default ListPage list(ListRequest request) throws StoreException {
    PageSink page = new PageSink();
    String next = list(request, page);
    return new ListPage(page.objects(), page.prefixes(), next);
  }

  /**
   * A ranged GET. Returns when the answer's head is there and was found to be that of the version
   * and the range that were asked for.
   *
   * @param key the object's key
   * @param ifMatch the ETag that the object must have, else {@link
   *     StoreException.Kind#PRECONDITION_FAILED}
   * @param offset first byte, not negative
   * @param length bytes, positive; {@link StoreException.Kind#INVALID_RANGE} when the object ends
   *     before that
   * @return the bytes, to be read at full speed: MinIO keeps the object locked against changes
   *     until they are sent
   */
  ObjectBody get(String key, String ifMatch, long offset, long length) throws StoreException;

  /**
   * A GET of a whole object, which brings its checksum in the same answer; {@link #get} cannot: a
   * store gives none with a range.
   *
   * @param size bytes that the object has, positive; otherwise as for a range of all of it
   */
  ObjectBody getWhole(String key, String ifMatch, long size) throws StoreException;

  /**
   * HEAD for the checksum of an object.
   *
   * @param ifMatch the ETag that the object must have, else {@link
   *     StoreException.Kind#PRECONDITION_FAILED}
   * @return what the store has, or empty when it has none
   */
  Optional<ObjectChecksum> checksum(String key, String ifMatch) throws StoreException;

  /**
   * HEAD of one key for all that it says, with the checksum.
   *
   * @return empty when there is no object of that key
   */
  Optional<ObjectDetails> details(String key) throws StoreException;

  /** Closes connections; calls that run fail. */
  @Override
  void close();
}
