/**
 * A frugal HTTP/1.1 client: what the JDK's own clients do in megabytes (2 MB and 23 ms for {@code
 * HttpURLConnection}, 13 MB for {@code java.net.http}), reduced to what is asked of an agent, of a
 * task on the same machine and of whoever has a task's files. Nothing here knows whom it talks to.
 */
package org.thermos.http;
