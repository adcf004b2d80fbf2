module Program

open System
open System.IO
open System.Threading
open Offloop

type Work =
    static member Square(number: int) : int = number * number
    static member Crash(number: int) : int = Environment.FailFast "It crashes as it should."; number
    static member Hang(number: int) : int = Thread.Sleep Timeout.Infinite; number
    static member Count(count: int) : int seq = seq { for i in 0 .. count - 1 -> i }

let check (pool: ProcessPoolExecutor) = task {
    let! square = pool.SubmitAsync(Func<int, int> Work.Square, 7)
    let! crash = task {
        try
            let! _ = pool.SubmitAsync(Func<int, int> Work.Crash, 0)
            return "none"
        with :? WorkerLostException as error -> return string error.Failure.Cause
    }
    let! timeout = task {
        try
            let options = SubmitOptions(Timeout = TimeSpan.FromMilliseconds 300.0)
            let! _ = pool.SubmitAsync(Func<int, int> Work.Hang, 0, options)
            return "none"
        with :? TaskTimeoutException as error -> return string error.Failure.Cause
    }
    let items = ResizeArray<int>()
    let stream = pool.StreamAsync(Func<int, int seq> Work.Count, 3).GetAsyncEnumerator()
    let mutable goesOn = true
    while goesOn do
        let! next = stream.MoveNextAsync()
        if next then items.Add stream.Current else goesOn <- false
    do! stream.DisposeAsync()
    let numbers = String.Join(' ', items)
    let mains = File.ReadAllLines(Environment.GetEnvironmentVariable "MAINS").Length
    printfn $"square {square}, crash {crash}, timeout {timeout}, stream {numbers}, mains {mains}"
}

[<EntryPoint>]
let main _ =
    File.AppendAllText(Environment.GetEnvironmentVariable "MAINS", $"{Environment.ProcessId}\n")
    let pool = new ProcessPoolExecutor(ProcessPoolOptions(MaxWorkers = 1))
    (check pool).GetAwaiter().GetResult()
    pool.DisposeAsync().AsTask().GetAwaiter().GetResult()
    0
