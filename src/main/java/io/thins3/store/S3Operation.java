package io.thins3.store;

/** The requests that are sent, by the names that messages and counts give them. */
enum S3Operation {
  HEAD,
  LIST,
  GET,
  PUT,
  COPY,
  DELETE,
  DELETE_OBJECTS,
  CREATE_UPLOAD,
  UPLOAD_PART,
  COPY_PART,
  COMPLETE_UPLOAD,
  ABORT_UPLOAD
}
