// The task of workerpool.
import workerpool from 'workerpool'

workerpool.worker({ noop: (value) => value })
