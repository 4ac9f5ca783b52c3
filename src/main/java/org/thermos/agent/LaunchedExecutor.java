package org.thermos.agent;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.Protos.ContainerID;

/**
 * An executor the agent has started, or tried to.
 *
 * @param sandbox its working directory, with its stdout and stderr
 * @param exit completes with the raw wait status when it has ended, also when a restarted agent no
 *     longer knows it; fails with the reason if it could not be started
 */
public record LaunchedExecutor(
    ContainerID containerId, Path sandbox, CompletableFuture<Integer> exit) {}
