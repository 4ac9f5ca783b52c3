// What an executor reads of Aurora's scheduler API: TaskInfo.data is a binary AssignedTask.
// Only the structures reachable from it; unknown fields are skipped by every reader.

namespace java org.thermos.thrift.aurora

struct Identity {
  2: string user
}

struct JobKey {
  1: string role
  2: string environment
  3: string name
}

union Resource {
  1: double numCpus
  2: i64 ramMb
  3: i64 diskMb
  4: string namedPort
  5: i64 numGpus
}

struct MesosFetcherURI {
  1: string value
  2: bool extract
  3: bool cache
}

struct ExecutorConfig {
  1: string name
  2: string data
}

struct Metadata {
  1: string key
  2: string value
}

struct DockerParameter {
  1: string name
  2: string value
}

struct DockerContainer {
  1: string image
  2: optional list<DockerParameter> parameters
}

struct DockerImage {
  1: string name
  2: string tag
}

struct AppcImage {
  1: string name
  2: string imageId
}

union Image {
  1: DockerImage docker
  2: AppcImage appc
}

enum Mode {
  RW = 1,
  RO = 2
}

struct Volume {
  1: string containerPath
  2: string hostPath
  3: Mode mode
}

struct MesosContainer {
  1: optional Image image
  2: optional list<Volume> volumes
}

union Container {
  1: MesosContainer mesos
  2: DockerContainer docker
}

// TaskConfig's scheduling fields (constraints 20, partitionPolicy 34, slaPolicy 35) mean nothing
// to an executor: they are skipped like any unknown field.
struct TaskConfig {
  7: bool isService
  11: i32 priority
  13: i32 maxTaskFailures
  17: Identity owner
  18: optional bool production
  22: optional map<string, string> taskLinks
  23: optional string contactEmail
  25: optional ExecutorConfig executorConfig
  27: optional set<Metadata> metadata
  28: JobKey job
  29: Container container = { "mesos": {} }
  30: optional string tier
  32: set<Resource> resources
  33: optional set<MesosFetcherURI> mesosFetcherUris
}

struct AssignedTask {
  1: string taskId
  2: string slaveId
  3: string slaveHost
  4: TaskConfig task
  5: map<string, i32> assignedPorts
  6: i32 instanceId
}
