package io.thins3.fluid;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Fluid's config.json says, as it says it (pkg/ddc/thin/type.go of Fluid, and what
 * CacheRuntime's runtime.json adds). Immutable. Its text is not shown: it may hold secrets.
 *
 * @param file what messages call the file
 * @param mounts the Dataset's mounts in order
 * @param targetPath where to mount; null: not said
 * @param runtimeOptions the ThinRuntime's own options
 * @param clientOptions CacheRuntime's options of the client
 * @param accessModes the Dataset's access modes; null: not said (Fluid before 1.0)
 */
record FluidDocument(
    String file,
    List<Mount> mounts,
    @Nullable String targetPath,
    Map<String, String> runtimeOptions,
    Map<String, String> clientOptions,
    @Nullable List<String> accessModes) {
  /**
   * One mount.
   *
   * @param place where in the file it is, for messages
   * @param mountPoint the bucket, in one of many forms
   * @param options options with values, or with paths of secrets as values
   * @param encryptOptions options with paths of files as values
   * @param name null: not said
   * @param path null: not said
   */
  record Mount(
      String place,
      String mountPoint,
      Map<String, String> options,
      Map<String, String> encryptOptions,
      @Nullable String name,
      @Nullable String path,
      boolean readOnly) {
    @Override
    public String toString() {
      return "Mount[" + place + "]";
    }
  }

  @Override
  public String toString() {
    return "FluidDocument[" + file + "]";
  }
}
