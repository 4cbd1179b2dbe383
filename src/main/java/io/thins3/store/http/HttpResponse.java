package io.thins3.store.http;

/**
 * An answer whose head is here; its body may still be on its way.
 *
 * @param status 200 to 599
 * @param headers its fields
 * @param body to be read to its end, closed or aborted
 */
public record HttpResponse(int status, Headers headers, ResponseBody body) {}
