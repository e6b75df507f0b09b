using ForgeOrleans.Cli;

Console.OutputEncoding = System.Text.Encoding.UTF8;
return await CommandLine.RunAsync(args);
