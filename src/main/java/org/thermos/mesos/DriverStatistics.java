package org.thermos.mesos;

/**
 * What a driver has done since its start.
 *
 * @param updatesSent handed to the agent, each counted once
 * @param updatesAcknowledged of these
 * @param updatesResent handed to the agent once more, because it had not answered or acknowledged
 * @param reconnects subscriptions after the first one
 */
public record DriverStatistics(
    long updatesSent, long updatesAcknowledged, long updatesResent, long reconnects) {}
