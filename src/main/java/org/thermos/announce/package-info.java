/**
 * Announces tasks in ZooKeeper (health 7.7-7.9). {@link AnnouncementMachine} decides, {@link
 * AnnouncerService} is the one thread on which everything happens, {@link ZooKeeperSession} is the
 * hands. Nothing of ZooKeeper is loaded before the first task that wants to be announced.
 */
package org.thermos.announce;
