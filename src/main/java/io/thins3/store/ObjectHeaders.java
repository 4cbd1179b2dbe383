package io.thins3.store;

import io.thins3.config.Secret;
import io.thins3.config.UploadSettings;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The headers that a mount's {@link UploadSettings} mean, also for the SDK. Immutable. */
final class ObjectHeaders implements ExecutionInterceptor {
  private static final String CUSTOMER = "server-side-encryption-customer-";

  private final UploadSettings settings;
  private final Map<String, String> always;
  private final Map<String, String> ofObjects;

  ObjectHeaders(UploadSettings settings) {
    this.settings = settings;
    this.always = settings.requesterPays() ? Map.of("x-amz-request-payer", "requester") : Map.of();
    Map<String, String> all = new TreeMap<>(always);
    customer("x-amz-", all);
    this.ofObjects = Map.copyOf(all);
  }

  private void customer(String prefix, Map<String, String> headers) {
    Secret secret = settings.customerKey();
    if (secret == null) {
      return;
    }
    byte[] key = Base64.getDecoder().decode(secret.reveal());
    headers.put(prefix + CUSTOMER + "algorithm", "AES256");
    headers.put(prefix + CUSTOMER + "key", secret.reveal());
    try {
      headers.put(
          prefix + CUSTOMER + "key-md5",
          Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks MD5", e);
    }
  }

  /** Those of any request: the customer's key goes with all that concern an object's content. */
  Map<String, String> of(String method, @Nullable String key) {
    boolean content = key != null && !key.isEmpty() && !method.equals("DELETE");
    return content ? ofObjects : always;
  }

  /** Adds those of a new object; what was said of it already stays. */
  void addNew(Map<String, String> headers) {
    addAcl(headers);
    put(headers, ObjectDetails.STORAGE_CLASS, settings.storageClass());
    put(headers, "x-amz-server-side-encryption", settings.encryption());
    put(headers, "x-amz-server-side-encryption-aws-kms-key-id", settings.kmsKey());
    if (!settings.tags().isEmpty()) {
      put(
          headers,
          "x-amz-tagging",
          settings.tags().entrySet().stream()
              .map(
                  tag ->
                      SdkHttpUtils.urlEncode(tag.getKey())
                          + "="
                          + SdkHttpUtils.urlEncode(tag.getValue()))
              .collect(Collectors.joining("&")));
    }
  }

  /** Adds those of a copied object, whose ACL no copy keeps, and of the source. */
  void addCopied(Map<String, String> headers) {
    addAcl(headers);
    put(headers, "x-amz-server-side-encryption", settings.encryption());
    put(headers, "x-amz-server-side-encryption-aws-kms-key-id", settings.kmsKey());
    addSource(headers);
  }

  /** Adds those that a copy needs to read its source. */
  void addSource(Map<String, String> headers) {
    customer("x-amz-copy-source-", headers);
  }

  /** Adds the ACL. */
  void addAcl(Map<String, String> headers) {
    put(headers, "x-amz-acl", settings.acl());
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.putIfAbsent(name, value);
    }
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes call) {
    SdkRequest request = context.request();
    String key = request.getValueForField("Key", String.class).orElse(null);
    SdkHttpRequest http = context.httpRequest();
    Map<String, String> more = of(http.method().name(), key);
    if (more.isEmpty()) {
      return http;
    }
    SdkHttpRequest.Builder builder = http.toBuilder();
    more.forEach(builder::putHeader);
    return builder.build();
  }
}
