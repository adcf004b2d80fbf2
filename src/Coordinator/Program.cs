System.Console.WriteLine(typeof(CommandLine.Parser));
