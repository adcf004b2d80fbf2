// The task of tinypool and piscina.
export default (value) => value
