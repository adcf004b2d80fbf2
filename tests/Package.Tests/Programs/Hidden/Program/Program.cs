Library.Pages.Note();
Console.WriteLine(await Library.Pages.CheckAsync());
