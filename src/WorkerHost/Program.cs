System.Console.WriteLine(typeof(StreamJsonRpc.JsonRpc));
