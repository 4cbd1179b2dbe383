package io.thins3.bench.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of S3 requests that are told apart. Path-style addresses only. */
public enum RequestKind {
  GET,
  HEAD,
  LIST,
  PUT,
  COPY,
  CREATE_UPLOAD,
  UPLOAD_PART,
  COPY_PART,
  COMPLETE_UPLOAD,
  ABORT_UPLOAD,
  DELETE,
  DELETE_OBJECTS,
  /** Bucket-level questions, ACLs, tags, whatever else. */
  OTHER;

  private static final Set<String> LIST_PARAMETERS =
      Set.of("list-type", "prefix", "delimiter", "max-keys", "marker", "encoding-type");

  /** The name in reports. */
  public String label() {
    return name().replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of a request.
   *
   * @param method GET, HEAD, PUT, POST or DELETE; others give {@link #OTHER}
   * @param target path and query as sent
   * @param copies whether it names a copy source
   */
  static RequestKind of(String method, String target, boolean copies) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    Set<String> query = parameters(question < 0 ? "" : target.substring(question + 1));
    return path.replaceFirst("^/", "").replaceFirst("^[^/]*/?", "").isEmpty()
        ? ofBucket(method, query)
        : ofObject(method, query, copies);
  }

  private static Set<String> parameters(String query) {
    return Arrays.stream(query.split("&", -1))
        .map(parameter -> parameter.replaceFirst("=.*", ""))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static RequestKind ofBucket(String method, Set<String> query) {
    if (method.equals("POST") && query.contains("delete")) {
      return DELETE_OBJECTS;
    }
    boolean list = query.stream().anyMatch(LIST_PARAMETERS::contains) && !query.contains("uploads");
    return method.equals("GET") && list ? LIST : OTHER;
  }

  private static RequestKind ofObject(String method, Set<String> query, boolean copies) {
    if (query.contains("acl") || query.contains("tagging") || query.contains("attributes")) {
      return OTHER;
    }
    return switch (method) {
      case "GET" -> query.contains("uploadId") ? OTHER : GET;
      case "HEAD" -> HEAD;
      case "PUT" -> {
        if (query.contains("partNumber")) {
          yield copies ? COPY_PART : UPLOAD_PART;
        }
        yield copies ? COPY : PUT;
      }
      case "POST" -> {
        if (query.contains("uploads")) {
          yield CREATE_UPLOAD;
        }
        yield query.contains("uploadId") ? COMPLETE_UPLOAD : OTHER;
      }
      case "DELETE" -> query.contains("uploadId") ? ABORT_UPLOAD : DELETE;
      default -> OTHER;
    };
  }
}
