import fc from 'fast-check'

// One seed for everybody, so that a change is judged by itself; hunts by hand take others.
fc.configureGlobal({ seed: Number(process.env.DAGBOOK_SEED ?? 20261120) })
