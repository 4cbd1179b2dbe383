package io.thins3.store;

import io.thins3.store.http.Headers;
import io.thins3.store.http.HttpClient;
import io.thins3.store.http.HttpExchange;
import io.thins3.store.http.HttpRequest;
import io.thins3.store.http.HttpResponse;
import io.thins3.store.http.Origin;
import io.thins3.store.http.RequestBody;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Our {@link HttpClient} as the SDK wants one. Closing it leaves the client open. */
final class NativeSdkHttpClient implements SdkHttpClient {
  private final HttpClient client;

  NativeSdkHttpClient(HttpClient client) {
    this.client = client;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    SdkHttpRequest head = request.httpRequest();
    HttpExchange exchange = client.prepare(translate(request));
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return translate(exchange.call(), head.method() == SdkHttpMethod.HEAD);
      }

      @Override
      public void abort() {
        exchange.abort();
      }
    };
  }

  private static HttpRequest translate(HttpExecuteRequest request) {
    SdkHttpRequest head = request.httpRequest();
    Headers headers = new Headers();
    head.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
    String path = head.encodedPath();
    StringBuilder target = new StringBuilder(path.isEmpty() ? "/" : path);
    head.encodedQueryParameters().ifPresent(query -> target.append('?').append(query));
    return new HttpRequest(
        Origin.of(head.protocol(), head.host(), head.port()),
        head.method().name(),
        target.toString(),
        headers,
        body(request.contentStreamProvider().orElse(null), headers.first("Content-Length")));
  }

  private static RequestBody body(
      @Nullable ContentStreamProvider content, @Nullable String length) {
    if (content == null) {
      return RequestBody.none();
    }
    if (length == null) {
      // S3 answers 411 to chunks.
      throw new IllegalArgumentException("a request body without Content-Length");
    }
    return RequestBody.of(content::newStream, Long.parseLong(length));
  }

  private static HttpExecuteResponse translate(HttpResponse response, boolean headless) {
    SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder().statusCode(response.status());
    response.headers().forEach(head::appendHeader);
    HttpExecuteResponse.Builder answer = HttpExecuteResponse.builder().response(head.build());
    if (!headless) {
      answer.responseBody(
          AbortableInputStream.create(response.body().asStream(), response.body()::abort));
    }
    return answer.build();
  }

  @Override
  public String clientName() {
    return "thins3";
  }

  /** Not ours to close. */
  @Override
  public void close() {}
}
