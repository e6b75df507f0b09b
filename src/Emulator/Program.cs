using ForgeOrleans.Emulator;

return await EmulatorProgram.RunAsync(args);
