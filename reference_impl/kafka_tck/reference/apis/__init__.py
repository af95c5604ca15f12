"""One module per API: what the broker does, what the controller decides, notes on versions."""

from kafka_tck.reference.apis import (
    add_offsets_to_txn,
    add_partitions_to_txn,
    alter_partition_reassignments,
    api_versions,
    consumer_group_describe,
    consumer_group_heartbeat,
    create_partitions,
    create_topics,
    delete_groups,
    delete_records,
    delete_topics,
    describe_cluster,
    describe_configs,
    describe_groups,
    describe_producers,
    describe_quorum,
    describe_topic_partitions,
    describe_transactions,
    elect_leaders,
    end_txn,
    fetch,
    find_coordinator,
    heartbeat,
    incremental_alter_configs,
    init_producer_id,
    join_group,
    leave_group,
    list_groups,
    list_offsets,
    list_partition_reassignments,
    list_transactions,
    metadata,
    offset_commit,
    offset_delete,
    offset_fetch,
    offset_for_leader_epoch,
    produce,
    sync_group,
    txn_offset_commit,
    unregister_broker,
    write_txn_markers,
)
from kafka_tck.reference.apis.table import SERVED, serve

__all__ = ["SERVED"]

serve("Produce", produce.handle, oldest=0)
serve("Fetch", fetch.handle)
serve("OffsetCommit", offset_commit.handle)
serve("OffsetFetch", offset_fetch.handle)
serve("TxnOffsetCommit", txn_offset_commit.handle)
serve("OffsetDelete", offset_delete.handle)
serve("JoinGroup", join_group.handle)
serve("SyncGroup", sync_group.handle)
serve("Heartbeat", heartbeat.handle)
serve("LeaveGroup", leave_group.handle)
serve("DescribeGroups", describe_groups.handle)
serve("ListGroups", list_groups.handle)
serve("DeleteGroups", delete_groups.handle)
serve("ConsumerGroupHeartbeat", consumer_group_heartbeat.handle)
serve("ConsumerGroupDescribe", consumer_group_describe.handle)
serve("FindCoordinator", find_coordinator.handle)
serve("ListOffsets", list_offsets.handle)
serve("Metadata", metadata.handle)
serve("ApiVersions", api_versions.handle)
serve("CreateTopics", create_topics.handle)
serve("DeleteTopics", delete_topics.handle)
serve("DeleteRecords", delete_records.handle)
serve("InitProducerId", init_producer_id.handle, newest=5)
serve("AddPartitionsToTxn", add_partitions_to_txn.handle)
serve("AddOffsetsToTxn", add_offsets_to_txn.handle)
serve("EndTxn", end_txn.handle)
serve("DescribeTransactions", describe_transactions.handle)
serve("ListTransactions", list_transactions.handle)
serve("OffsetForLeaderEpoch", offset_for_leader_epoch.handle)
serve("DescribeConfigs", describe_configs.handle)
serve("CreatePartitions", create_partitions.handle)
serve("IncrementalAlterConfigs", incremental_alter_configs.handle)
serve("DescribeCluster", describe_cluster.handle)
serve("DescribeTopicPartitions", describe_topic_partitions.handle)
serve("ElectLeaders", elect_leaders.handle)
serve("AlterPartitionReassignments", alter_partition_reassignments.handle)
serve("ListPartitionReassignments", list_partition_reassignments.handle)
serve("DescribeQuorum", describe_quorum.handle)
serve("UnregisterBroker", unregister_broker.handle)
serve("WriteTxnMarkers", write_txn_markers.handle)
serve("DescribeProducers", describe_producers.handle)
