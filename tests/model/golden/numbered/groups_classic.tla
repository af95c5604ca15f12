--------------------------- MODULE groups_classic ----------------------------
\* A classic group: does every partition have one owner, and can the group always become stable?
\*
\* A coordinator, and consumers that join, sync and own partitions. Node n is a consumer, and there is
\* a partition n: it goes to consumer n if that one is in the group, else to the leader of the group,
\* which stands for any assignor that moves partitions between consumers that stay. Time-outs may end
\* at any time. Answers are heard at once or not at all; one SyncGroup that its sender gave up may be
\* handled late. Another coordinator knows what is in the log.
\*
\* With `cooperative` consumers keep what they own while they rejoin, and the leader gives nobody what
\* another one still owns (KIP-429). With `static` nodes 0 and 1 are two processes with one
\* `group.instance.id` (KIP-345): a process that joins takes the place of the other one.
\*
\* Left out: several protocol names, ids that were given and not used yet (they only delay), a consumer
\* that comes back before its former id is gone (another node stands for it), and that a leader which
\* restarts should assign anew.
\*
\* Written by kafka-tck for nodes = 3, protocol = eager, static = False, member_id_required = True, withholds = True, raises_generation = True, checks_generation = True, fences = True, restarts_rebalance = True, restarts_in_place = True, admits_late = True, logs_swaps = True, logs_first = True, expires_syncs = True.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS generations, most_fail_overs, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers

TypeOk ==
  /\ state \in 0..3
  /\ generation \in 0..generations
  /\ leader \in Nodes \cup {Nobody}
  /\ members \in [Nodes -> BOOLEAN]
  /\ joined \in [Nodes -> BOOLEAN]
  /\ synced \in [Nodes -> BOOLEAN]
  /\ listed \in [Nodes -> BOOLEAN]
  /\ assignment \in [Nodes -> Nodes \cup {Nobody}]
  /\ abandoned \in [Nodes -> BOOLEAN]
  /\ logged_generation \in 0..generations
  /\ logged_leader \in Nodes \cup {Nobody}
  /\ logged_members \in [Nodes -> BOOLEAN]
  /\ logged_assignment \in [Nodes -> Nodes \cup {Nobody}]
  /\ late_sender \in Nodes \cup {Nobody}
  /\ late_generation \in (-1)..generations
  /\ late_listed \in [Nodes -> BOOLEAN]
  /\ fail_overs \in 0..most_fail_overs
  /\ consumers \in [Nodes -> [instance : Nodes \cup {Nobody},
                             phase : 0..4,
                             generation : (-1)..generations,
                             owns : [Nodes -> BOOLEAN]]]

Init ==
  /\ state = 0
  /\ generation = 0
  /\ leader = Nobody
  /\ members = [n \in Nodes |-> FALSE]
  /\ joined = [n \in Nodes |-> FALSE]
  /\ synced = [n \in Nodes |-> FALSE]
  /\ listed = [n \in Nodes |-> FALSE]
  /\ assignment = [n \in Nodes |-> Nobody]
  /\ abandoned = [n \in Nodes |-> FALSE]
  /\ logged_generation = 0
  /\ logged_leader = Nobody
  /\ logged_members = [n \in Nodes |-> FALSE]
  /\ logged_assignment = [n \in Nodes |-> Nobody]
  /\ late_sender = Nobody
  /\ late_generation = -1
  /\ late_listed = [n \in Nodes |-> FALSE]
  /\ fail_overs = 0
  /\ consumers = [n \in Nodes |-> [instance |-> Nobody,
                                   phase |-> 0,
                                   generation |-> -1,
                                   owns |-> [m \in Nodes |-> FALSE]]]

\* A member sends no heartbeat; while its JoinGroup or SyncGroup is held it needs none.
coordinator_expires_session(consumer) ==
  \* is_member
  /\ members[consumer]
  \* is_not_held
  /\ ~(((state = 1) /\ joined[consumer]) \/ ((state = 2) /\ synced[consumer]))
  \* is_silent
  /\ ~((consumers[consumer].phase = 4) /\ (consumers[consumer].generation = generation))
  /\ state' = 1
  /\ members' = [members EXCEPT ![consumer] = FALSE]
  /\ joined' = [n \in Nodes |-> (n # consumer) /\ (state = 1) /\ joined[n]]
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ UNCHANGED <<generation, leader, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* All members that have not sent SyncGroup are removed, and a rebalance begins.
coordinator_expires_syncs ==
  \* is_joined
  /\ (state = 2) \/ (state = 3)
  \* is_missing
  /\ \E n \in Nodes : members[n] /\ (~synced[n])
  /\ state' = 1
  /\ members' = [n \in Nodes |-> members[n] /\ synced[n]]
  /\ joined' = [n \in Nodes |-> (state = 1) /\ joined[n]]
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ UNCHANGED <<generation, leader, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* Another coordinator reads the log; what was under way to the former one is lost.
coordinator_fails_over ==
  /\ state' = IF (\E n \in Nodes : logged_members[n]) THEN 3 ELSE 0
  /\ generation' = logged_generation
  /\ leader' = logged_leader
  /\ members' = logged_members
  /\ joined' = [n \in Nodes |-> FALSE]
  /\ synced' = logged_members
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ assignment' = logged_assignment
  /\ abandoned' = [n \in Nodes |-> FALSE]
  /\ late_sender' = Nobody
  /\ late_generation' = -1
  /\ late_listed' = [n \in Nodes |-> FALSE]
  /\ fail_overs' = fail_overs + 1
  /\ UNCHANGED <<logged_generation, logged_leader, logged_members, logged_assignment, consumers>>

\* Time is up and nobody has joined; static members stay, else the group is empty now.
coordinator_empties_group ==
  \* is_joining
  /\ state = 1
  \* none_joined
  /\ ~(\E n \in Nodes : joined[n])
  \* none_stays
  /\ ~(\E n \in Nodes : members[n] /\ (consumers[n].instance # Nobody))
  /\ state' = 0
  /\ generation' = generation + 1
  /\ leader' = Nobody
  /\ members' = [n \in Nodes |-> FALSE]
  /\ assignment' = [n \in Nodes |-> Nobody]
  /\ abandoned' = [n \in Nodes |-> FALSE]
  /\ logged_generation' = generation + 1
  /\ logged_leader' = Nobody
  /\ logged_members' = [n \in Nodes |-> FALSE]
  /\ logged_assignment' = [n \in Nodes |-> Nobody]
  /\ UNCHANGED <<joined, synced, listed, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* A new member: a rebalance begins or goes on.
coordinator_admits_member(consumer) ==
  \* joins
  /\ consumers[consumer].phase = 1
  \* is_new
  /\ ~members[consumer]
  \* owns_nothing
  /\ ~(\E n \in Nodes : consumers[consumer].owns[n])
  \* replaces_nobody
  /\ ~(\E n \in Nodes :
         /\ n # consumer
         /\ members[n]
         /\ consumers[consumer].instance # Nobody
         /\ consumers[consumer].instance = consumers[n].instance)
  /\ state' = 1
  /\ members' = [members EXCEPT ![consumer] = TRUE]
  /\ joined' = [n \in Nodes |-> (n = consumer) \/ ((state = 1) /\ joined[n])]
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ UNCHANGED <<generation, leader, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* A member that is awaited, that leads, or whose metadata changed: a rebalance it will be.
coordinator_takes_rejoin(consumer) ==
  \* joins
  /\ consumers[consumer].phase = 1
  \* is_member
  /\ members[consumer]
  \* matters
  /\ ((state = 1) /\ (~joined[consumer])) \/ ((state = 3) /\ (leader = consumer))
  /\ state' = 1
  /\ members' = [members EXCEPT ![consumer] = TRUE]
  /\ joined' = [n \in Nodes |-> (n = consumer) \/ ((state = 1) /\ joined[n])]
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ UNCHANGED <<generation, leader, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* A member with nothing new is told the generation again: it may have lost the answer.
coordinator_repeats_join(consumer) ==
  \* joins
  /\ consumers[consumer].phase = 1
  \* is_member
  /\ members[consumer]
  \* is_told
  /\ (state = 2) \/ ((state = 3) /\ (leader # consumer))
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 2,
                                    ![consumer].generation = generation]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* All have joined, or time is up: who did not is removed, unless it is static.
coordinator_completes_join(leader_) ==
  LET value_1 == [n \in Nodes |-> joined[n] \/ (members[n] /\ (consumers[n].instance # Nobody))]
  IN
  \* is_joining
  /\ state = 1
  \* has_joined
  /\ joined[leader_]
  \* stays_leader
  /\ ~(\E n \in Nodes \ {leader_} : (leader = n) /\ joined[n])
  /\ state' = 2
  /\ generation' = generation + 1
  /\ leader' = leader_
  /\ members' = value_1
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = value_1
  /\ consumers' = [n \in Nodes |-> [consumers[n] EXCEPT !.phase = IF (joined[n] /\ (consumers[n].phase = 1)) THEN 2 ELSE consumers[n].phase, !.generation = IF (joined[n] /\ (consumers[n].phase = 1)) THEN (generation + 1) ELSE consumers[n].generation]]
  /\ UNCHANGED <<joined, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* A process asks to join; what it was before is not known to the coordinator any more.
consumer_joins(consumer) ==
  \* is_out
  /\ consumers[consumer].phase = 0
  \* is_new
  /\ ~members[consumer]
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 1]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* It hears of a rebalance, lost an answer, or topics changed; eager ones give up all first.
consumer_rejoins(consumer) ==
  \* has_joined
  /\ (consumers[consumer].phase = 2) \/ (consumers[consumer].phase = 3)
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 1,
                                    ![consumer].owns = [n \in Nodes |-> FALSE]]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* The leader waits for an answer to SyncGroup no more; its request is still under way.
leader_gives_up_sync(consumer) ==
  \* syncs
  /\ consumers[consumer].phase = 2
  \* leads
  /\ (state = 2) /\ (leader = consumer)
  \* is_current
  /\ consumers[consumer].generation = generation
  \* none_is_late
  /\ late_sender = Nobody
  /\ late_sender' = consumer
  /\ late_generation' = consumers[consumer].generation
  /\ late_listed' = listed
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 1,
                                    ![consumer].owns = [n \in Nodes |-> FALSE]]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, fail_overs>>

\* A dynamic member gives up what it owns, and leaves.
consumer_leaves(consumer) ==
  \* has_joined
  /\ (consumers[consumer].phase = 2) \/ (consumers[consumer].phase = 3)
  \* is_dynamic
  /\ consumers[consumer].instance = Nobody
  \* is_member
  /\ members[consumer]
  /\ state' = 1
  /\ members' = [members EXCEPT ![consumer] = FALSE]
  /\ joined' = [n \in Nodes |-> (n # consumer) /\ (state = 1) /\ joined[n]]
  /\ synced' = [n \in Nodes |-> FALSE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 0,
                                    ![consumer].generation = -1,
                                    ![consumer].owns = [n \in Nodes |-> FALSE]]
  /\ UNCHANGED <<generation, leader, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* A process ends, and tells nobody.
consumer_dies(consumer) ==
  \* lives
  /\ \/ consumers[consumer].phase = 1
     \/ consumers[consumer].phase = 2
     \/ consumers[consumer].phase = 3
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 0,
                                    ![consumer].generation = -1,
                                    ![consumer].owns = [n \in Nodes |-> FALSE]]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* Nothing of a process goes on any more but its heartbeats; static ones would send none.
consumer_hangs(consumer) ==
  \* could_go_on
  /\ \/ consumers[consumer].phase = 0
     \/ consumers[consumer].phase = 2
     \/ consumers[consumer].phase = 3
  \* is_dynamic
  /\ consumers[consumer].instance = Nobody
  /\ consumers' = [consumers EXCEPT ![consumer].phase = 4]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* It hears UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID or ILLEGAL_GENERATION: it owns nothing now.
consumer_is_fenced(consumer) ==
  \* asks
  /\ \/ consumers[consumer].phase = 2
     \/ consumers[consumer].phase = 3
     \/ (consumers[consumer].phase = 1) /\ (\E n \in Nodes : consumers[consumer].owns[n])
  \* is_fenced
  /\ ~(members[consumer] /\ (consumers[consumer].generation = generation))
  /\ consumers' = [consumers EXCEPT ![consumer].phase = IF members[consumer] THEN 1 ELSE 0,
                                    ![consumer].generation = -1,
                                    ![consumer].owns = [n \in Nodes |-> FALSE]]
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* It commits an offset of a partition that it believes to own.
consumer_commits(consumer, partition) ==
  \* owns
  /\ consumers[consumer].owns[partition]
  \* is_alive
  /\ consumers[consumer].phase # 4
  \* is_member
  /\ members[consumer]
  \* is_current
  /\ consumers[consumer].generation = generation
  \* is_settled
  /\ state # 2
  /\ UNCHANGED <<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* SyncGroup of the leader has the assignment; it is told when it is in the log.
leader_assigns(consumer) ==
  LET value_1 == [n \in Nodes |-> IF abandoned[n]
                                  THEN Nobody
                                  ELSE IF listed[n] THEN n ELSE consumer]
  IN
  \* syncs
  /\ consumers[consumer].phase = 2
  \* is_member
  /\ members[consumer]
  \* is_current
  /\ consumers[consumer].generation = generation
  \* completes
  /\ state = 2
  \* leads
  /\ leader = consumer
  /\ state' = 3
  /\ synced' = [synced EXCEPT ![consumer] = TRUE]
  /\ listed' = [n \in Nodes |-> FALSE]
  /\ assignment' = value_1
  /\ logged_generation' = generation
  /\ logged_leader' = leader
  /\ logged_members' = members
  /\ logged_assignment' = value_1
  /\ UNCHANGED <<generation, leader, members, joined, abandoned, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* SyncGroup of a follower waits for the leader.
coordinator_holds_sync(consumer) ==
  \* syncs
  /\ consumers[consumer].phase = 2
  \* is_member
  /\ members[consumer]
  \* is_current
  /\ consumers[consumer].generation = generation
  \* completes
  /\ state = 2
  \* follows
  /\ leader # consumer
  /\ synced' = [synced EXCEPT ![consumer] = TRUE]
  /\ UNCHANGED <<state, generation, leader, members, joined, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* A member is told what it owns; a cooperative one rejoins if it has to give something up.
coordinator_answers_sync(consumer) ==
  \* syncs
  /\ consumers[consumer].phase = 2
  \* is_member
  /\ members[consumer]
  \* is_current
  /\ consumers[consumer].generation = generation
  \* is_stable
  /\ state = 3
  /\ synced' = [synced EXCEPT ![consumer] = TRUE]
  /\ consumers' = [consumers EXCEPT ![consumer].phase = IF \E n \in Nodes :
                                                             /\ consumers[consumer].owns[n]
                                                             /\ (assignment[n] = consumer) = FALSE
                                                        THEN 1
                                                        ELSE 3,
                                    ![consumer].owns = [n \in Nodes |-> assignment[n] = consumer]]
  /\ UNCHANGED <<state, generation, leader, members, joined, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs>>

\* A SyncGroup that its sender gave up arrives; nobody hears the answer.
coordinator_handles_late_sync(sender) ==
  LET fact_2 == (state = 2) /\ (leader = sender)
      fact_1 == /\ members[sender]
                /\ late_generation = generation
                /\ (state = 2) \/ (state = 3)
  IN
  \* is_late
  /\ late_sender = sender
  /\ state' = IF fact_1 THEN (IF fact_2 THEN 3 ELSE state) ELSE state
  /\ synced' = [synced EXCEPT ![sender] = (fact_1 \/ synced[sender])]
  /\ listed' = [n \in Nodes |-> IF fact_1 THEN ((~fact_2) /\ listed[n]) ELSE listed[n]]
  /\ assignment' = [n \in Nodes |-> IF fact_1
                                    THEN IF fact_2
                                         THEN IF abandoned[n]
                                              THEN Nobody
                                              ELSE IF late_listed[n] THEN n ELSE sender
                                         ELSE assignment[n]
                                    ELSE assignment[n]]
  /\ logged_generation' = IF fact_1
                          THEN IF fact_2 THEN generation ELSE logged_generation
                          ELSE logged_generation
  /\ logged_leader' = IF fact_1
                      THEN IF fact_2 THEN leader ELSE logged_leader
                      ELSE logged_leader
  /\ logged_members' = [n \in Nodes |-> IF fact_1
                                        THEN IF fact_2 THEN members[n] ELSE logged_members[n]
                                        ELSE logged_members[n]]
  /\ logged_assignment' = [n \in Nodes |-> IF fact_1
                                           THEN IF fact_2
                                                THEN IF abandoned[n]
                                                     THEN Nobody
                                                     ELSE IF late_listed[n] THEN n ELSE sender
                                                ELSE logged_assignment[n]
                                           ELSE logged_assignment[n]]
  /\ late_sender' = Nobody
  /\ late_generation' = -1
  /\ late_listed' = [n \in Nodes |-> FALSE]
  /\ UNCHANGED <<generation, leader, members, joined, abandoned, fail_overs, consumers>>

Step ==
  \/ \E consumer \in Nodes : coordinator_expires_session(consumer)
  \/ coordinator_expires_syncs
  \/ coordinator_fails_over
  \/ coordinator_empties_group
  \/ \E consumer \in Nodes : coordinator_admits_member(consumer)
  \/ \E consumer \in Nodes : coordinator_takes_rejoin(consumer)
  \/ \E consumer \in Nodes : coordinator_repeats_join(consumer)
  \/ \E leader_ \in Nodes : coordinator_completes_join(leader_)
  \/ \E consumer \in Nodes : consumer_joins(consumer)
  \/ \E consumer \in Nodes : consumer_rejoins(consumer)
  \/ \E consumer \in Nodes : leader_gives_up_sync(consumer)
  \/ \E consumer \in Nodes : consumer_leaves(consumer)
  \/ \E consumer \in Nodes : consumer_dies(consumer)
  \/ \E consumer \in Nodes : consumer_hangs(consumer)
  \/ \E consumer \in Nodes : consumer_is_fenced(consumer)
  \/ \E consumer \in Nodes : \E partition \in Nodes : consumer_commits(consumer, partition)
  \/ \E consumer \in Nodes : leader_assigns(consumer)
  \/ \E consumer \in Nodes : coordinator_holds_sync(consumer)
  \/ \E consumer \in Nodes : coordinator_answers_sync(consumer)
  \/ \E sender \in Nodes : coordinator_handles_late_sync(sender)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<state, generation, leader, members, joined, synced, listed, assignment, abandoned, logged_generation, logged_leader, logged_members, logged_assignment, late_sender, late_generation, late_listed, fail_overs, consumers>>

\* Always: Two members never own one partition by one generation, whether they are fenced or not.
a_generation_has_one_assignment ==
  /\ (/\ consumers[1].phase = 3
      /\ consumers[0].phase = 3
      /\ consumers[1].generation = consumers[0].generation
      /\ ~((consumers[1].instance # Nobody) /\ (consumers[1].instance = consumers[0].instance)))
     => (~(\E n \in Nodes : consumers[1].owns[n] /\ consumers[0].owns[n]))
  /\ (/\ consumers[2].phase = 3
      /\ consumers[0].phase = 3
      /\ consumers[2].generation = consumers[0].generation
      /\ ~((consumers[2].instance # Nobody) /\ (consumers[2].instance = consumers[0].instance)))
     => (~(\E n \in Nodes : consumers[2].owns[n] /\ consumers[0].owns[n]))
  /\ (/\ consumers[2].phase = 3
      /\ consumers[1].phase = 3
      /\ consumers[2].generation = consumers[1].generation
      /\ ~((consumers[2].instance # Nobody) /\ (consumers[2].instance = consumers[1].instance)))
     => (~(\E n \in Nodes : consumers[2].owns[n] /\ consumers[1].owns[n]))

\* Always: No partition is owned by two members that are not fenced.
a_partition_has_one_owner ==
  \A n \in Nodes :
    \A m \in Nodes \ {n} :
      (/\ members[n]
       /\ (consumers[n].generation = generation) \/ joined[n]
       /\ members[m]
       /\ (consumers[m].generation = generation) \/ joined[m])
      => (~(\E k \in Nodes : consumers[n].owns[k] /\ consumers[m].owns[k]))

\* Always: Who has its assignment of the generation owns what the leader gave it, and nothing else.
what_is_owned_was_assigned ==
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[0].phase = 3
      /\ consumers[0].generation = generation
      /\ members[0])
     => (consumers[0].owns[0] = (assignment[0] = 0))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[0].phase = 3
      /\ consumers[0].generation = generation
      /\ members[0])
     => (consumers[0].owns[1] = (assignment[1] = 0))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[0].phase = 3
      /\ consumers[0].generation = generation
      /\ members[0])
     => (consumers[0].owns[2] = (assignment[2] = 0))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[1].phase = 3
      /\ consumers[1].generation = generation
      /\ members[1])
     => (consumers[1].owns[0] = (assignment[0] = 1))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[1].phase = 3
      /\ consumers[1].generation = generation
      /\ members[1])
     => (consumers[1].owns[1] = (assignment[1] = 1))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[1].phase = 3
      /\ consumers[1].generation = generation
      /\ members[1])
     => (consumers[1].owns[2] = (assignment[2] = 1))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[2].phase = 3
      /\ consumers[2].generation = generation
      /\ members[2])
     => (consumers[2].owns[0] = (assignment[0] = 2))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[2].phase = 3
      /\ consumers[2].generation = generation
      /\ members[2])
     => (consumers[2].owns[1] = (assignment[1] = 2))
  /\ (/\ (state = 3) \/ (state = 1)
      /\ consumers[2].phase = 3
      /\ consumers[2].generation = generation
      /\ members[2])
     => (consumers[2].owns[2] = (assignment[2] = 2))

\* Always: A stable group is in the log as it is: another coordinator goes on with it.
what_is_told_is_logged ==
  (state = 3)
  => (/\ logged_generation = generation
      /\ assignment[0] = logged_assignment[0]
      /\ assignment[1] = logged_assignment[1]
      /\ assignment[2] = logged_assignment[2]
      /\ members[0] = logged_members[0]
      /\ members[1] = logged_members[1]
      /\ members[2] = logged_members[2])

\* Always: No generation by which a partition is owned is taken back.
generations_rise ==
  \A n \in Nodes : (consumers[n].phase = 3) => (consumers[n].generation <= logged_generation)

\* Always: No two members have one instance id.
an_instance_is_one_member ==
  /\ ~(/\ members[1]
       /\ members[0]
       /\ consumers[1].instance # Nobody
       /\ consumers[1].instance = consumers[0].instance)
  /\ ~(/\ members[2]
       /\ members[0]
       /\ consumers[2].instance # Nobody
       /\ consumers[2].instance = consumers[0].instance)
  /\ ~(/\ members[2]
       /\ members[1]
       /\ consumers[2].instance # Nobody
       /\ consumers[2].instance = consumers[1].instance)

\* Always possible (AG EF, of which TLA+ has no formula): The group is stable, or empty.
the_group_is_at_rest ==
  (state = 3) \/ (state = 0)

\* Sometimes: Every consumer owns the partition of its number, by the generation of the group.
all_own_their_partitions ==
  \A n \in Nodes :
    (consumers[n].phase = 3) /\ consumers[n].owns[n] /\ (consumers[n].generation = generation)

\* Sometimes: A consumer that is no member any more owns a partition of a member.
a_zombie_owns_what_another_one_owns ==
  \/ /\ ~members[0]
     /\ members[1]
     /\ (consumers[1].generation = generation) \/ joined[1]
     /\ (\E n \in Nodes : consumers[0].owns[n] /\ consumers[1].owns[n])
  \/ /\ ~members[0]
     /\ members[2]
     /\ (consumers[2].generation = generation) \/ joined[2]
     /\ (\E n \in Nodes : consumers[0].owns[n] /\ consumers[2].owns[n])
  \/ /\ ~members[1]
     /\ members[0]
     /\ (consumers[0].generation = generation) \/ joined[0]
     /\ (\E n \in Nodes : consumers[1].owns[n] /\ consumers[0].owns[n])
  \/ /\ ~members[1]
     /\ members[2]
     /\ (consumers[2].generation = generation) \/ joined[2]
     /\ (\E n \in Nodes : consumers[1].owns[n] /\ consumers[2].owns[n])
  \/ /\ ~members[2]
     /\ members[0]
     /\ (consumers[0].generation = generation) \/ joined[0]
     /\ (\E n \in Nodes : consumers[2].owns[n] /\ consumers[0].owns[n])
  \/ /\ ~members[2]
     /\ members[1]
     /\ (consumers[1].generation = generation) \/ joined[1]
     /\ (\E n \in Nodes : consumers[2].owns[n] /\ consumers[1].owns[n])

\* Sometimes: A member that owns partitions rejoins the group, and the group has more than one member.
a_partition_is_handed_over ==
  \/ members[0] /\ members[1] /\ (consumers[0].phase = 1) /\ (assignment[1] = 0)
  \/ members[0] /\ members[2] /\ (consumers[0].phase = 1) /\ (assignment[2] = 0)
  \/ members[1] /\ members[0] /\ (consumers[1].phase = 1) /\ (assignment[0] = 1)
  \/ members[1] /\ members[2] /\ (consumers[1].phase = 1) /\ (assignment[2] = 1)
  \/ members[2] /\ members[0] /\ (consumers[2].phase = 1) /\ (assignment[0] = 2)
  \/ members[2] /\ members[1] /\ (consumers[2].phase = 1) /\ (assignment[1] = 2)

\* Anomaly: The group is stable, all its members have their assignment, and a partition has no owner.
a_partition_is_owned_by_nobody ==
  /\ state = 3
  /\ members[0] => ((consumers[0].phase = 3) /\ (consumers[0].generation = generation))
  /\ members[1] => ((consumers[1].phase = 3) /\ (consumers[1].generation = generation))
  /\ members[2] => ((consumers[2].phase = 3) /\ (consumers[2].generation = generation))
  /\ (\E n \in Nodes : members[n])
  /\ ~abandoned[0]
  /\ ~abandoned[1]
  /\ ~abandoned[2]
  /\ (\E n \in Nodes : ~(\E m \in Nodes : members[m] /\ consumers[m].owns[n]))

\* Anomaly: The group is stable, and a partition is assigned to an id that nobody was told.
a_partition_goes_to_a_ghost ==
  (state = 3) /\ (\E n \in Nodes : abandoned[n])

never_all_own_their_partitions == ~all_own_their_partitions

never_a_zombie_owns_what_another_one_owns == ~a_zombie_owns_what_another_one_owns

never_a_partition_is_handed_over == ~a_partition_is_handed_over

never_a_partition_is_owned_by_nobody == ~a_partition_is_owned_by_nobody

never_a_partition_goes_to_a_ghost == ~a_partition_goes_to_a_ghost

==============================================================================
