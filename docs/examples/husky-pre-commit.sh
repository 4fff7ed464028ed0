# .husky/pre-commit
npx --no classwright check --staged
