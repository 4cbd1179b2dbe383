@NullMarked
package io.thins3.store.http;

import org.jspecify.annotations.NullMarked;
