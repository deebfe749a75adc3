"""Short names for the operations."""

LIST = "listExperiments"
CREATE = "createExperiment"
GET = "getExperiment"
UPDATE = "updateExperiment"
DELETE = "deleteExperiment"
START = "startExperiment"
PAUSE = "pauseExperiment"
COMPLETE = "completeExperiment"
QUOTA = "getExperimentQuota"
EVENTS = "trackExperimentEvents"
CLICK = "trackExperimentClick"
PIXEL = "trackExperimentPixel"
IMAGE = "renderExperimentUrl"

MOVES = (START, PAUSE, COMPLETE)
WRITES = (CREATE, UPDATE, DELETE, *MOVES)
SHOWING_ONE = (CREATE, GET, UPDATE, *MOVES)
SHOWING = (*SHOWING_ONE, LIST)
MANAGEMENT = (LIST, GET, QUOTA, *WRITES)
