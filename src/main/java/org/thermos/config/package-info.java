/**
 * Configurations: the task model, the JSON and thrift they come in, templates and binding,
 * validation (config 5). Knows neither files nor processes.
 *
 * <p>A runner starts from {@link org.thermos.config.TaskTemplate}, an executor from {@link
 * org.thermos.config.Assignment} and {@link org.thermos.config.Resolution}.
 */
package org.thermos.config;
