package io.thins3.store;

import io.thins3.config.BucketMount;
import java.util.List;

/** What users are told who do not want certificates to be checked. */
public final class UnverifiedTls {
  private UnverifiedTls() {}

  /**
   * The warnings for these mounts, one for each store whose certificate is not checked; none for
   * stores without TLS, which have no certificate.
   */
  public static List<String> warnings(List<BucketMount> mounts) {
    return mounts.stream()
        .filter(mount -> !mount.http().verifyTls())
        .filter(mount -> mount.endpoint() == null || "https".equals(mount.endpoint().getScheme()))
        .map(BucketAccess::storeName)
        .distinct()
        .map(
            store ->
                "certificates of "
                    + store
                    + " are not verified: anybody on the way can read and change the data; use"
                    + " --ca-bundle")
        .toList();
  }
}
