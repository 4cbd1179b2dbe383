package io.thins3.store;

/** One call to a store. */
@FunctionalInterface
interface StoreCall<T> {
  T run() throws StoreException;
}
