package io.thins3.config;

/** How much is logged; each level includes those after it. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR
}
